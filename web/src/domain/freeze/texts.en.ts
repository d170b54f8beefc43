import { text } from "@/i18n/text.ts";

export default {
  acknowledged: {
    of: "Stopped on {{acknowledged}} of {{all}} devices",
    offline_one: "{{count}} offline device will follow when it is back",
    offline_other: "{{count}} offline devices will follow when they are back",
  },
  freeze: {
    open: "Stop work",
    title: "Stop work: {{name}}?",
    text: text(
      "Scripts, restarts and installations that wait stay where they are and go on when work is",
      "resumed. Connected devices stop within seconds.",
    ),
    reason: "Reason",
    typeName: "To confirm, type: {{name}}",
    go: "Stop work now",
    done: "Work is stopped. The devices are being told.",
  },
  unfreeze: {
    open: "Resume work",
    title: "Resume work?",
    text: "Everything that waits ({{name}}) goes on at once, within the limits.",
    go: "Resume work",
    done: "Work is resumed. The devices are being told.",
  },
  fleet: {
    name: "the whole fleet",
    frozen: "Work stopped · the whole fleet",
  },
  banner: {
    label: "Work stopped",
    tenant: "Work stopped · {{name}}",
    since: "{{name}}, since {{since}}",
    reason: "Reason: {{reason}}",
  },
} as const;
