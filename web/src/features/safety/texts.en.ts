import { text } from "@/i18n/text.ts";

export default {
  title: "Limits and stop",
  danger: "Danger zone",
  choose: {
    title: "Choose a customer",
    text: "Limits are set for each customer separately.",
  },
  class: {
    script: "Scripts",
    restart: "Restarts",
    install: "Installations",
  },
  budgets: {
    title: "Hourly limits",
    text: text(
      "How many devices may get work of a kind within sixty minutes. One",
      "mistake, or one stolen session, reaches no further.",
    ),
    kind: "Kind of operation",
    perHour: "Per hour",
    on_overflow: "Above the limit",
    use: "This hour",
  },
  on_overflow: {
    delay: "Defer to next hour",
    approval: "Require approval",
  },
  used: "{{used}} of {{max}}",
  pending_one: "{{count}} pending",
  pending_other: "{{count}} pending",
  confirmAbove: {
    label: "Require typing the device count above",
    text: "Operations that can do harm on more devices than this are confirmed by typing their number.",
  },
  saved: "Limits saved.",
  state: {
    frozen: "Work stopped",
    free: "Not stopped",
  },
  since: "Since",
  endedAt: "Ended",
  by: "By",
  why: "Reason",
  devices: "Devices",
  tenant: {
    title: "Stop work: {{name}}",
    text: text(
      "While stopped, no device of this customer begins a script, a restart or an",
      "installation, not even without a server. What runs runs on; scans go on.",
    ),
  },
  fleet: {
    title: "Stop the whole fleet",
    text: text(
      "While stopped, no device of any customer begins a script, a restart",
      "or an installation. For fleet-wide incidents.",
    ),
  },
} as const;
