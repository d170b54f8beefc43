import { text } from "@/i18n/text.ts";

export default {
  title: "Instalacja agenta",
  search: "Szukaj po etykiecie",
  column: {
    label: "Etykieta",
    place: "Klient · lokalizacja",
    state: "Stan",
    uses: "Użycia",
    expires: "Wygasa",
    created: "Utworzono",
    by: "Utworzone przez",
  },
  state: {
    active: "Aktywny",
    used_up: "Wykorzystany",
    expired: "Wygasły",
    revoked: "Unieważniony",
  },
  uses: "{{used}} z {{max}}",
  empty: {
    title: "Nie ma jeszcze tokenów instalacji",
    text: text(
      "Token pozwala urządzeniom dołączyć do jednej lokalizacji, ograniczoną liczbę razy i przez",
      "ograniczony czas. Utwórz go i uruchom otrzymane polecenie na urządzeniu.",
    ),
  },
  new: {
    open: "Nowy token",
    title: "Nowy token instalacji",
    go: "Utwórz token",
    label: "Etykieta",
    labelHint: "Do czego służy token, na przykład „Serwery Warszawa”.",
    validity: "Ważny przez",
    validFor: {
      hour: "1 godzinę",
      day: "24 godziny",
      week: "7 dni",
      month: "30 dni",
    },
    uses: "Maks. liczba urządzeń",
    usesInvalid: "Co najmniej jedno.",
    noSites: "Ten klient nie ma jeszcze lokalizacji.",
  },
  issued: {
    once: "Token widać tylko teraz. Skopiuj go przed zamknięciem tego okna.",
    token: "Token",
    waiting: "Oczekiwanie na urządzenie…",
    enrolled: "Dodano urządzenie {{name}}",
    open: "Otwórz urządzenie",
  },
  install: {
    windows: "Windows",
    linux: "Linux",
    runWindows: "Uruchom w PowerShell jako administrator",
    noteWindows: "Polecenie pobiera agenta, sprawdza SHA-256 pliku, instaluje go jako usługę i dodaje urządzenie.",
    runLinux: "Uruchom w powłoce (Debian, Ubuntu i pokrewne)",
    noteLinux:
      "Polecenie pobiera pakiet, sprawdza jego SHA-256, instaluje go i dodaje urządzenie; sudo może zapytać o hasło.",
    present: "Tam, gdzie agent jest już zainstalowany, jako root",
    byHand: "Pobierz plik i wpisz wartości",
    oneForAll: text(
      "Jeden plik dla wszystkich urządzeń; nie zawiera tajemnic. W systemie Windows okno instalatora pyta",
      "o serwer, token i odcisk; w Linuksie podaj je poleceniu „bosman-agent enroll”.",
    ),
    download: "Pobierz wersję {{version}} ({{size}})",
    server: "Serwer",
    token: "Token",
    pin: "Odcisk serwera (SHA-256)",
    hash: "SHA-256 pliku",
    none: {
      title: "Nie ma jeszcze agenta do pobrania",
      text: text(
        "Ta instalacja nie ma wydania agenta dla tego systemu. Osoba prowadząca serwer",
        "dodaje je, wskazując folder utworzony przy budowaniu agenta:",
      ),
    },
  },
  revoke: {
    open: "Unieważnij {{label}}",
    title: "Unieważnić „{{label}}”?",
    go: "Unieważnij",
    notActive: "Unieważnić można tylko aktywny token",
    text: "Żadne kolejne urządzenie nie dołączy przy użyciu tego tokenu. Urządzenia już dołączone pozostaną.",
    done: "Unieważniono „{{label}}”.",
  },
} as const;
