import { text } from "@/i18n/text.ts";

export default {
  title: "Safety",
  choose: {
    label: "Choose a tenant",
    title: "Choose a tenant",
    text: "Budgets and the freeze are set for each tenant on its own.",
  },
  class: {
    script: "Scripts",
    restart: "Restarts",
    install: "Installations",
  },
  budgets: {
    title: "Hourly budgets",
    text: text(
      "How many devices may get work of a kind within sixty minutes. One",
      "mistake, or one stolen session, reaches no further.",
    ),
    kind: "Kind of work",
    perHour: "Per hour",
    on_overflow: "Beyond that",
    use: "This hour",
  },
  on_overflow: {
    delay: "Goes on an hour later",
    approval: "A second person decides",
  },
  used: "{{used}} of {{max}}",
  pending_one: "{{count}} pending",
  pending_other: "{{count}} pending",
  confirmAbove: {
    label: "Type the number of devices above",
    text: "Work that can do harm on more devices than this is confirmed by typing their number.",
  },
  saved: "The rules are saved.",
  state: {
    frozen: "Frozen",
    free: "Running",
  },
  since: "Since",
  endedAt: "Ended",
  by: "By",
  why: "Why",
  devices: "Devices that obey",
  tenant: {
    title: "Freeze {{name}}",
    text: text(
      "While frozen, no device of this tenant begins a script, a restart or an",
      "installation, not even without a server. What runs runs on; scans go on.",
    ),
  },
  fleet: {
    title: "Freeze the whole fleet",
    text: text(
      "While frozen, no device of any tenant begins a script, a restart",
      "or an installation. For what threatens everybody.",
    ),
  },
} as const;
