import { text } from "@/i18n/text.ts";

export default {
  action: {
    move: "Move to a site",
    revoke: "Revoke",
    remove: "Remove",
  },
  revoke: {
    title: "Revoke {{name}}?",
    go: "Revoke",
    text: text(
      "The certificate of {{name}} becomes invalid and its connection is cut",
      "within seconds. To come back, its agent must be installed again.",
    ),
    done: "{{name}} has been revoked.",
  },
  remove: {
    title: "Remove {{name}}?",
    go: "Remove",
    text: "{{name}} and all that is known of it will be deleted. This cannot be undone.",
    done: "{{name}} has been removed.",
  },
  move: {
    title_one: "Move {{count}} device",
    title_other: "Move {{count}} devices",
    go: "Move",
    site: "Site",
    choose: "Choose a site",
    severalTenants: "The devices belong to several customers. Choose devices of one customer.",
    notAll: "Choose the devices one by one to move them",
    done_one: "{{count}} device moved.",
    done_other: "{{count}} devices moved.",
  },
  isRevoked: "The device has been revoked",
  nothingToInstall: "No pending updates",
  windowsOnly: "Only for Windows",
} as const;
