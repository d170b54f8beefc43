import { text } from "@/i18n/text.ts";

export default {
  title: "Akceptacje",
  one: "Prośba o akceptację",
  column: {
    what: "Operacja",
    devices: "Urządzenia",
    tenant: "Klient",
    state: "Stan",
    by: "Zgłaszający",
    requested: "Zgłoszono",
    expires: "Wygasa",
    decided: "Zdecydował(a)",
  },
  state: {
    pending: "Czeka",
    approved: "Zaakceptowana",
    rejected: "Odrzucona",
    withdrawn: "Wycofana",
    expired: "Wygasła",
  },
  empty: {
    title: "Brak próśb o akceptację",
    text: text(
      "Operacje ponad limit godzinowy klienta pojawią się tu, jeśli klient wymaga akceptacji.",
      "Ustawisz to w Ustawieniach, na karcie „Limity i blokada”.",
    ),
  },
  openJob: "Otwórz operację",
  why: text(
    "Ponad limit godzinowy: wykorzystano lub zaplanowano już {{used}}, prośba o kolejne {{asked}}, dozwolone {{max}}.",
  ),
  notBefore: "Nie wcześniej niż",
  usedNow: "Wykorzystano w tej godzinie",
  usedOf: "{{used}} z {{max}}",
  comment: "Komentarz",
  ownRequest: "To Twoja własna prośba. Musi zdecydować ktoś inny.",
  approve: "Zaakceptuj",
  reject: "Odrzuć",
  done: {
    approve: "Zaakceptowano. Operacja rusza dalej.",
    reject: "Odrzucono. Zadania anulowano.",
  },
} as const;
