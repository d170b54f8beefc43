export default {
  title: "Enrolment",
  search: "Search by label",
  column: { label: "Label", place: "Tenant · site", state: "State", uses: "Uses", expires: "Expires", created: "Created", by: "Created by" },
  state: { active: "Active", used_up: "Used up", expired: "Expired", revoked: "Revoked" },
  uses: "{{used}} of {{max}}",
  empty: { title: "No enrolment tokens yet", text: "A token lets machines join one site. It can be used a limited number of times and for a limited time. Create one and run the line it gives you on the machine." },
  new: {
    open: "New token", title: "New enrolment token", go: "Create the token",
    label: "Label", labelHint: "What the token is for, such as “Warsaw servers”.",
    validity: "Valid for", validFor: { hour: "1 hour", day: "24 hours", week: "7 days", month: "30 days" },
    uses: "Most uses", usesInvalid: "At least one.", noSites: "This tenant has no sites yet.",
  },
  issued: {
    once: "The token is shown only now. Copy it before you close this window.",
    run: "Run this on the Linux machine", token: "The token alone",
    waiting: "Waiting for the device…", enrolled: "{{name}} enrolled", open: "Open the device",
  },
  revoke: {
    open: "Revoke {{label}}", title: "Revoke “{{label}}”?", go: "Revoke", notActive: "Only an active token can be revoked",
    text: "No further device will be able to join with this token. Devices that have joined stay.", done: "“{{label}}” has been revoked.",
  },
} as const;
