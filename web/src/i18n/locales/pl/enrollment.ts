export default {
  title: "Rejestracja",
  search: "Szukaj po etykiecie",
  column: { label: "Etykieta", place: "Klient · lokalizacja", state: "Stan", uses: "Użycia", expires: "Wygasa", created: "Utworzono", by: "Kto utworzył" },
  state: { active: "Aktywny", used_up: "Wykorzystany", expired: "Wygasły", revoked: "Unieważniony" },
  uses: "{{used}} z {{max}}",
  empty: { title: "Nie ma jeszcze tokenów rejestracji", text: "Token pozwala maszynom dołączyć do jednej lokalizacji, ograniczoną liczbę razy i przez ograniczony czas. Utwórz go i uruchom na maszynie polecenie, które otrzymasz." },
  new: {
    open: "Nowy token", title: "Nowy token rejestracji", go: "Utwórz token",
    label: "Etykieta", labelHint: "Do czego służy token, na przykład „Serwery Warszawa”.",
    validity: "Ważny przez", validFor: { hour: "1 godzinę", day: "24 godziny", week: "7 dni", month: "30 dni" },
    uses: "Limit użyć", usesInvalid: "Co najmniej jedno.", noSites: "Ten klient nie ma jeszcze lokalizacji.",
  },
  issued: {
    once: "Token widać tylko teraz. Skopiuj go przed zamknięciem tego okna.",
    run: "Uruchom na maszynie z Linuksem", token: "Sam token",
    waiting: "Oczekiwanie na urządzenie…", enrolled: "Zarejestrowano {{name}}", open: "Otwórz urządzenie",
  },
  revoke: {
    open: "Unieważnij {{label}}", title: "Unieważnić „{{label}}”?", go: "Unieważnij", notActive: "Unieważnić można tylko aktywny token",
    text: "Żadne kolejne urządzenie nie dołączy przy użyciu tego tokenu. Urządzenia już dołączone pozostaną.", done: "Unieważniono „{{label}}”.",
  },
};
