export default {
  started: "Zlecono: {{kind}}, {{host}}.",
  openTask: "Otwórz zadanie",
  openJob: "Otwórz zlecenie",
} as const;
