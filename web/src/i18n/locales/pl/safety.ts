import { text } from "../../text.ts";

export default {
  title: "Bezpieczeństwo pracy",
  choose: {
    label: "Wybierz klienta",
    title: "Wybierz klienta",
    text: "Limity i zamrożenie ustawia się osobno dla każdego klienta.",
  },
  class: { script: "Skrypty", restart: "Restarty", install: "Instalacje" },
  budgets: {
    title: "Limity godzinowe",
    text: text(
      "Ile urządzeń może w ciągu sześćdziesięciu minut dostać pracę danego",
      "rodzaju. Jeden błąd albo jedna skradziona sesja nie sięgnie dalej.",
    ),
    kind: "Rodzaj pracy",
    perHour: "Na godzinę",
    beyond: "Ponad limit",
    use: "W tej godzinie",
  },
  beyond: { delay: "Czeka na kolejną godzinę", approval: "Decyduje druga osoba" },
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
  state: { frozen: "Zamrożone", free: "Praca trwa" },
  since: "Od",
  endedAt: "Zakończono",
  by: "Kto",
  why: "Powód",
  devices: "Urządzenia, które się stosują",
  obey: {
    of: "Stosuje się {{obeying}} z {{all}}.",
    offline_one: "{{count}} jest offline i zastosuje się po powrocie.",
    offline_few: "{{count}} są offline i zastosują się po powrocie.",
    offline_many: "{{count}} jest offline i zastosuje się po powrocie.",
    offline_other: "{{count}} jest offline i zastosuje się po powrocie.",
  },
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
    name: "cała flota",
    frozen: "Cała flota jest zamrożona.",
  },
  banner: {
    label: "Zamrożenie",
    tenant: "Zamrożono: {{name}}.",
    since: "Od {{since}}, kto: {{name}}.",
    reason: "Powód: {{reason}}.",
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
};
