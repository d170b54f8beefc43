export default {
  name: "Skan aktualizacji",
  active: "Skanowanie",
  confirm_one: "{{count}} urządzenie sprawdzi dostępne aktualizacje. Nic nie zostanie zainstalowane.",
  confirm_few: "{{count}} urządzenia sprawdzą dostępne aktualizacje. Nic nie zostanie zainstalowane.",
  confirm_many: "{{count}} urządzeń sprawdzi dostępne aktualizacje. Nic nie zostanie zainstalowane.",
  confirm_other: "{{count}} urządzenia sprawdzi dostępne aktualizacje. Nic nie zostanie zainstalowane.",
  go_one: "Skanuj {{count}} urządzenie",
  go_few: "Skanuj {{count}} urządzenia",
  go_many: "Skanuj {{count}} urządzeń",
  go_other: "Skanuj {{count}} urządzenia",
  action: "Skanuj aktualizacje",
} as const;
