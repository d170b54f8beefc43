import { text } from "@/i18n/text.ts";

export default {
  acknowledged: {
    of: "Stosuje się {{acknowledged}} z {{all}}.",
    offline_one: "{{count}} jest offline i zastosuje się po powrocie.",
    offline_few: "{{count}} są offline i zastosują się po powrocie.",
    offline_many: "{{count}} jest offline i zastosuje się po powrocie.",
    offline_other: "{{count}} jest offline i zastosuje się po powrocie.",
  },
  freeze: {
    open: "Zamroź",
    title: "Zamrozić: {{name}}?",
    text: text(
      "To, co czeka, pozostanie na swoim miejscu i ruszy, gdy zamrożenie się",
      "skończy. Połączone urządzenia zastosują się w kilka sekund.",
    ),
    reason: "Powód",
    go: "Zamroź teraz",
    done: "Zamrożono. Urządzenia są powiadamiane.",
  },
  unfreeze: {
    open: "Odmroź",
    title: "Zakończyć zamrożenie?",
    text: "Wszystko, co czeka ({{name}}), ruszy od razu, w granicach limitów.",
    go: "Odmroź",
    done: "Zamrożenie zakończono. Urządzenia są powiadamiane.",
  },
  fleet: {
    name: "cała flota",
    frozen: "Cała flota jest zamrożona.",
  },
  banner: {
    label: "Zamrożenie",
    tenant: "Zamrożono: {{name}}.",
    since: "Od {{since}}, kto: {{name}}.",
    reason: "Powód: {{reason}}.",
  },
} as const;
