import { text } from "@/i18n/text.ts";

export default {
  acknowledged: {
    of: "Wstrzymano na {{acknowledged}} z {{all}} urządzeń",
    offline_one: "{{count}} offline dołączy po powrocie",
    offline_few: "{{count}} offline dołączą po powrocie",
    offline_many: "{{count}} offline dołączy po powrocie",
    offline_other: "{{count}} offline dołączy po powrocie",
  },
  freeze: {
    open: "Wstrzymaj pracę",
    title: "Wstrzymać pracę: {{name}}?",
    text: text(
      "Oczekujące skrypty, restarty i instalacje pozostaną na swoim miejscu i ruszą po wznowieniu",
      "pracy. Połączone urządzenia wstrzymają pracę w kilka sekund.",
    ),
    reason: "Powód",
    typeName: "Aby potwierdzić, wpisz: {{name}}",
    go: "Wstrzymaj teraz",
    done: "Praca wstrzymana. Urządzenia są powiadamiane.",
  },
  unfreeze: {
    open: "Wznów pracę",
    title: "Wznowić pracę?",
    text: "Wszystko, co czeka ({{name}}), ruszy od razu, w granicach limitów.",
    go: "Wznów pracę",
    done: "Praca wznowiona. Urządzenia są powiadamiane.",
  },
  fleet: {
    name: "cała flota",
    frozen: "Praca wstrzymana · cała flota",
  },
  banner: {
    label: "Praca wstrzymana",
    tenant: "Praca wstrzymana · {{name}}",
    since: "{{name}}, od {{since}}",
    reason: "Powód: {{reason}}",
  },
} as const;
