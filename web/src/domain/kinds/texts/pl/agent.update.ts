export default {
  name: "Aktualizacja agenta",
  active: "Aktualizowanie agenta",
  confirm_one: "Agent {{count}} urządzenia zostanie zaktualizowany. Na chwilę uruchomi się ponownie; urządzenie nie.",
  confirm_few: "Agenty {{count}} urządzeń zostaną zaktualizowane. Na chwilę uruchomią się ponownie; urządzenia nie.",
  confirm_many: "Agenty {{count}} urządzeń zostaną zaktualizowane. Na chwilę uruchomią się ponownie; urządzenia nie.",
  confirm_other:
    "Agenty {{count}} urządzenia zostaną zaktualizowane. Na chwilę uruchomią się ponownie; urządzenia nie.",
  go_one: "Zaktualizuj {{count}} agenta",
  go_few: "Zaktualizuj {{count}} agenty",
  go_many: "Zaktualizuj {{count}} agentów",
  go_other: "Zaktualizuj {{count}} agenta",
  action: "Zaktualizuj agenta",
  actionTo: "Zaktualizuj agenta do {{version}}",
  now: "Obecna wersja",
  before: "Poprzednia wersja",
} as const;
