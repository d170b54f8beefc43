export default {
  email: "Adres e-mail",
  emailInvalid: "Podaj adres e-mail.",
  password: "Hasło",
  showPassword: "Pokaż hasło",
  passwordHint: "Co najmniej {{count}} znaków. Kilka niepowiązanych słów łatwo zapamiętać, a trudno odgadnąć.",
  passwordShort: "Co najmniej {{count}} znaków.",
  strength: { weak: "Za słabe", good: "Dobre", strong: "Mocne" },
  signIn: { title: "Logowanie", go: "Dalej" },
  totp: {
    title: "Drugi krok", text: "Wpisz kod z aplikacji uwierzytelniającej.", recoveryText: "Wpisz jeden z kodów odzyskiwania. Każdy działa raz.",
    code: "Kod z 6 cyfr", recoveryCode: "Kod odzyskiwania", go: "Zaloguj się", useRecovery: "Użyj kodu odzyskiwania", useCode: "Użyj kodu z aplikacji",
  },
  setup: {
    title: "Witaj na pokładzie", text: "Utwórz pierwsze konto. Będzie właścicielem tej instalacji.", code: "Kod konfiguracji", go: "Utwórz konto",
    closed: "Konfiguracja już się odbyła", closedText: "Pierwsze konto już istnieje. Zaloguj się albo poproś jego właściciela o zaproszenie.", toSignIn: "Do logowania",
  },
  forgot: {
    link: "Nie pamiętasz hasła?", title: "Nie pamiętasz hasła?", text: "Podaj swój adres. Jeśli istnieje konto z tym adresem, wyślemy link do ustawienia nowego hasła.", go: "Wyślij link",
    sent: "Sprawdź pocztę", sentText: "Jeśli istnieje konto z adresem {{email}}, wysłaliśmy tam link. Działa raz, przez 30 minut. Jeśli nic nie przyjdzie, zapytaj opiekuna tej instalacji.",
  },
  reset: {
    title: "Nowe hasło", text: "Po zmianie nastąpi wylogowanie na wszystkich urządzeniach. Zaloguj się potem nowym hasłem i kodem z aplikacji.", password: "Nowe hasło", go: "Ustaw hasło",
    done: "Hasło ustawione", doneText: "Zaloguj się nowym hasłem.", dead: "Ten link jest już nieważny", deadText: "Został wykorzystany albo wygasł. Poproś o nowy.", again: "Poproś o nowy link",
  },
  invitation: {
    title: "Zaproszenie", text: "{{inviter}} zaprasza Cię do klienta {{tenant}}; Twoja rola: {{role}}.", create: "Utwórz konto", join: "Dołącz",
    joinAs: "Konto {{email}} już istnieje. Dołącz, używając tego konta.", signInFirst: "Konto {{email}} już istnieje. Zaloguj się na nie, aby dołączyć.", dead: "To zaproszenie jest nieważne",
  },
  enroll: {
    title: "Zabezpiecz konto", text: "Od teraz logujesz się hasłem i kodem z aplikacji.",
    scan: "Zeskanuj obraz aplikacją uwierzytelniającą (lub przepisz sekret).", type: "Wpisz kod, który pokazuje aplikacja.",
    qr: "Kod QR z sekretem", secret: "Sekret do ręcznego wpisania", go: "Potwierdź",
  },
  recovery: {
    title: "Kody odzyskiwania", text: "Jeśli zgubisz telefon, każdy z tych kodów wpuści Cię jeden raz. Widać je tylko teraz.",
    download: "Pobierz", saved: "Kody są zapisane w bezpiecznym miejscu", go: "Otwórz Bosmana",
  },
};
