import { text } from "@/i18n/text.ts";

export default {
  title: "Limity i blokada",
  danger: "Strefa zagrożenia",
  choose: {
    title: "Wybierz klienta",
    text: "Limity ustawia się osobno dla każdego klienta.",
  },
  class: {
    script: "Skrypty",
    restart: "Restarty",
    install: "Instalacje",
  },
  budgets: {
    title: "Limity godzinowe",
    text: text(
      "Ile urządzeń może w ciągu sześćdziesięciu minut dostać operację danego",
      "rodzaju. Jeden błąd albo jedna skradziona sesja nie sięgnie dalej.",
    ),
    kind: "Rodzaj operacji",
    perHour: "Na godzinę",
    on_overflow: "Ponad limit",
    use: "W tej godzinie",
  },
  on_overflow: {
    delay: "Odłóż na następną godzinę",
    approval: "Wymagaj akceptacji",
  },
  used: "{{used}} z {{max}}",
  pending_one: "{{count}} oczekuje",
  pending_few: "{{count}} oczekują",
  pending_many: "{{count}} oczekuje",
  pending_other: "{{count}} oczekuje",
  confirmAbove: {
    label: "Wymagaj wpisania liczby urządzeń powyżej",
    text: "Operacje, które mogą zaszkodzić, na większej liczbie urządzeń potwierdza się wpisaniem ich liczby.",
  },
  saved: "Zapisano limity.",
  state: {
    frozen: "Praca wstrzymana",
    free: "Bez blokady",
  },
  since: "Od",
  endedAt: "Zakończono",
  by: "Przez",
  why: "Powód",
  devices: "Urządzenia",
  tenant: {
    title: "Wstrzymanie pracy: {{name}}",
    text: text(
      "Po wstrzymaniu żadne urządzenie tego klienta nie zacznie skryptu, restartu ani",
      "instalacji, nawet bez serwera. To, co trwa, trwa dalej; skany działają.",
    ),
  },
  fleet: {
    title: "Wstrzymanie pracy całej floty",
    text: text(
      "Po wstrzymaniu żadne urządzenie żadnego klienta nie zacznie skryptu,",
      "restartu ani instalacji. Na wypadek zagrożenia dla wszystkich klientów.",
    ),
  },
} as const;
