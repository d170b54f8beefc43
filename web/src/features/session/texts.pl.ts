import { text } from "@/i18n/text.ts";

export default {
  password: "Hasło",
  signIn: {
    title: "Logowanie",
    go: "Dalej",
    expired: "Sesja wygasła. Zaloguj się ponownie: wrócisz tam, gdzie przerwano.",
    fresh: "Nie ma jeszcze żadnego konta. Otwórz odnośnik konfiguracji, który serwer wypisał przy starcie.",
  },
  totp: {
    title: "Drugi krok",
    text: "Wpisz kod z aplikacji uwierzytelniającej.",
    recoveryText: "Wpisz jeden z kodów odzyskiwania. Każdy działa raz.",
    go: "Zaloguj się",
  },
  setup: {
    title: "Witaj na pokładzie",
    text: "Utwórz pierwsze konto. Będzie właścicielem tej instalacji.",
    code: "Kod konfiguracji",
    go: "Utwórz konto",
    closed: "Konfiguracja już się odbyła",
    closedText: "Pierwsze konto już istnieje. Zaloguj się albo poproś jego właściciela o zaproszenie.",
    toSignIn: "Do logowania",
  },
  forgot: {
    link: "Nie pamiętasz hasła?",
    title: "Nie pamiętasz hasła?",
    text: "Podaj swój adres. Jeśli istnieje konto z tym adresem, wyślemy link do ustawienia nowego hasła.",
    go: "Wyślij link",
    sent: "Sprawdź pocztę",
    sentText: text(
      "Jeśli istnieje konto z adresem {{email}}, wysłaliśmy tam link. Działa raz, przez",
      "30 minut. Jeśli nic nie przyjdzie, zapytaj opiekuna tej instalacji.",
    ),
  },
  reset: {
    title: "Nowe hasło",
    text: text(
      "Po zmianie nastąpi wylogowanie na wszystkich urządzeniach. Zaloguj się potem nowym hasłem i kodem z aplikacji.",
    ),
    password: "Nowe hasło",
    go: "Ustaw hasło",
    done: "Hasło ustawione",
    doneText: "Zaloguj się nowym hasłem.",
    dead: "Ten link jest już nieważny",
    deadText: "Został wykorzystany albo wygasł. Poproś o nowy.",
    again: "Poproś o nowy link",
  },
  invitation: {
    title: "Zaproszenie",
    text: "{{inviter}} daje Ci dostęp do: {{tenant}}. Rola: {{role}}.",
    create: "Utwórz konto",
    join: "Dołącz",
    joinAs: "Konto {{email}} już istnieje. Dołącz, używając tego konta.",
    signInFirst: "Konto {{email}} już istnieje. Zaloguj się na nie, aby dołączyć.",
    dead: "To zaproszenie jest nieważne",
  },
  enroll: {
    title: "Zabezpiecz konto",
    text: "Od teraz logujesz się hasłem i kodem z aplikacji.",
    scan: "Zeskanuj obraz aplikacją uwierzytelniającą (lub przepisz sekret).",
    type: "Wpisz kod, który pokazuje aplikacja.",
    go: "Potwierdź",
  },
} as const;
