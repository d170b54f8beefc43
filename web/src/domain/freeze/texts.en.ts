import { text } from "@/i18n/text.ts";

export default {
  acknowledged: {
    of: "{{acknowledged}} of {{all}} obey.",
    offline_one: "{{count}} is offline and obeys as soon as it is back.",
    offline_other: "{{count}} are offline and obey as soon as they are back.",
  },
  freeze: {
    open: "Freeze",
    title: "Freeze {{name}}?",
    text: text(
      "Work that waits stays where it is and goes on when the freeze",
      "ends. Devices that are connected obey within seconds.",
    ),
    reason: "Why",
    go: "Freeze now",
    done: "Frozen. The devices are being told.",
  },
  unfreeze: {
    open: "Unfreeze",
    title: "End the freeze?",
    text: "Everything that waits on {{name}} goes on at once, within the budgets.",
    go: "Unfreeze",
    done: "The freeze has ended. The devices are being told.",
  },
  fleet: {
    name: "the whole fleet",
    frozen: "The whole fleet is frozen.",
  },
  banner: {
    label: "Frozen",
    tenant: "{{name}} is frozen.",
    since: "Since {{since}}, by {{name}}.",
    reason: "Why: {{reason}}.",
  },
} as const;
