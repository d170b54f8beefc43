export default {
  started: "{{kind}}: uruchomiono na {{host}}",
  openTask: "Otwórz zadanie",
  openJob: "Otwórz operację",
} as const;
