import { text } from "@/i18n/text.ts";

export default {
  title: "Bezpieczeństwo pracy",
  choose: {
    label: "Wybierz klienta",
    title: "Wybierz klienta",
    text: "Limity i zamrożenie ustawia się osobno dla każdego klienta.",
  },
  class: {
    script: "Skrypty",
    restart: "Restarty",
    install: "Instalacje",
  },
  budgets: {
    title: "Limity godzinowe",
    text: text(
      "Ile urządzeń może w ciągu sześćdziesięciu minut dostać pracę danego",
      "rodzaju. Jeden błąd albo jedna skradziona sesja nie sięgnie dalej.",
    ),
    kind: "Rodzaj pracy",
    perHour: "Na godzinę",
    on_overflow: "Ponad limit",
    use: "W tej godzinie",
  },
  on_overflow: {
    delay: "Czeka na kolejną godzinę",
    approval: "Decyduje druga osoba",
  },
  used: "{{used}} z {{max}}",
  pending_one: "{{count}} oczekuje",
  pending_few: "{{count}} oczekują",
  pending_many: "{{count}} oczekuje",
  pending_other: "{{count}} oczekuje",
  confirmAbove: {
    label: "Wpisz liczbę urządzeń powyżej",
    text: "Pracę, która może zaszkodzić, na większej liczbie urządzeń potwierdza się wpisaniem ich liczby.",
  },
  saved: "Zapisano zasady.",
  state: {
    frozen: "Zamrożone",
    free: "Praca trwa",
  },
  since: "Od",
  endedAt: "Zakończono",
  by: "Kto",
  why: "Powód",
  devices: "Urządzenia, które się stosują",
  tenant: {
    title: "Zamrożenie: {{name}}",
    text: text(
      "W czasie zamrożenia żadne urządzenie tego klienta nie zacznie skryptu, restartu ani",
      "instalacji, nawet bez serwera. To, co trwa, trwa dalej; skany działają.",
    ),
  },
  fleet: {
    title: "Zamrożenie całej floty",
    text: text(
      "W czasie zamrożenia żadne urządzenie żadnego klienta nie zacznie skryptu,",
      "restartu ani instalacji. Na wypadek, gdyby coś zagrażało wszystkim.",
    ),
  },
} as const;
