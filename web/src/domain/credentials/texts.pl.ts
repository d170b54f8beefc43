export default {
  code: "Kod z 6 cyfr",
  recoveryCode: "Kod odzyskiwania",
  useCode: "Użyj kodu z aplikacji",
  useRecovery: "Użyj kodu odzyskiwania",
  qr: "Kod QR z sekretem",
  secret: "Sekret do ręcznego wpisania",
  passwordHint: "Co najmniej {{count}} znaków. Kilka niepowiązanych słów łatwo zapamiętać, a trudno odgadnąć.",
  passwordShort: "Co najmniej {{count}} znaków.",
  showPassword: "Pokaż hasło",
  strength: {
    weak: "Za słabe",
    good: "Dobre",
    strong: "Mocne",
  },
  recovery: {
    title: "Kody odzyskiwania",
    text: "Jeśli zgubisz telefon, każdy z tych kodów wpuści Cię jeden raz. Widać je tylko teraz.",
    download: "Pobierz",
    saved: "Kody są zapisane w bezpiecznym miejscu",
    go: "Otwórz Bosmana",
  },
} as const;
