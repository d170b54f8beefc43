import { text } from "@/i18n/text.ts";

export default {
  title: "Agent installation",
  search: "Search by label",
  column: {
    label: "Label",
    place: "Customer · site",
    state: "State",
    uses: "Uses",
    expires: "Expires",
    created: "Created",
    by: "Created by",
  },
  state: {
    active: "Active",
    used_up: "Used up",
    expired: "Expired",
    revoked: "Revoked",
  },
  uses: "{{used}} of {{max}}",
  empty: {
    title: "No installation tokens yet",
    text: text(
      "A token lets devices join one site. It can be used a limited number of times and for a",
      "limited time. Create one and run the command it gives you on the device.",
    ),
  },
  new: {
    open: "New token",
    title: "New installation token",
    go: "Create the token",
    label: "Label",
    labelHint: "What the token is for, such as “Warsaw servers”.",
    validity: "Valid for",
    validFor: {
      hour: "1 hour",
      day: "24 hours",
      week: "7 days",
      month: "30 days",
    },
    uses: "Max devices",
    usesInvalid: "At least one.",
    noSites: "This customer has no sites yet.",
  },
  issued: {
    once: "The token is shown only now. Copy it before you close this window.",
    token: "Token",
    waiting: "Waiting for the device…",
    enrolled: "{{name}} has joined",
    open: "Open the device",
  },
  install: {
    windows: "Windows",
    linux: "Linux",
    runWindows: "Run this in PowerShell, as administrator",
    noteWindows: "It downloads the agent, checks the file's SHA-256, installs it as a service and adds the device.",
    runLinux: "Run this in a shell (Debian, Ubuntu and relatives)",
    noteLinux:
      "It downloads the package, checks its SHA-256, installs it and adds the device; sudo may ask for a password.",
    present: "Where the agent is installed already, as root",
    byHand: "Download the file and type the values",
    oneForAll: text(
      "One file for all devices; it holds no secret. On Windows its window asks for server,",
      "token and fingerprint; on Linux pass them to “bosman-agent enroll”.",
    ),
    download: "Download version {{version}} ({{size}})",
    server: "Server",
    token: "Token",
    pin: "Fingerprint of the server (SHA-256)",
    hash: "SHA-256 of the file",
    none: {
      title: "No agent to download yet",
      text: text(
        "This installation has no release of the agent for this system. Whoever runs the",
        "server adds one with the folder that the agent's build has made:",
      ),
    },
  },
  revoke: {
    open: "Revoke {{label}}",
    title: "Revoke “{{label}}”?",
    go: "Revoke",
    notActive: "Only an active token can be revoked",
    text: "No further device will be able to join with this token. Devices that have joined stay.",
    done: "“{{label}}” has been revoked.",
  },
} as const;
