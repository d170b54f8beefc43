import { text } from "@/i18n/text.ts";

export default {
  title: "Akceptacje",
  one: "Prośba do drugiej osoby",
  column: {
    what: "Praca",
    devices: "Urządzenia",
    tenant: "Klient",
    state: "Stan",
    by: "Kto prosi",
    requested: "Poproszono",
    expires: "Wygasa",
    decided: "Kto zdecydował",
  },
  state: {
    pending: "Czeka",
    approved: "Zaakceptowana",
    rejected: "Odrzucona",
    withdrawn: "Wycofana",
    expired: "Wygasła",
  },
  empty: {
    title: "Nic nie czeka na drugą osobę",
    text: text(
      "Praca ponad limit godzinowy klienta pojawi się tu, jeśli klient wymaga",
      "drugiej osoby. Ustawisz to w części „Bezpieczeństwo pracy”.",
    ),
  },
  openJob: "Otwórz zlecenie",
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
    approve: "Zaakceptowano. Praca rusza dalej.",
    reject: "Odrzucono. Zadania anulowano.",
  },
} as const;
