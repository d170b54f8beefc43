export default {
  name: "Test połączenia",
  active: "Test połączenia",
  confirm_one: "Test połączenia uruchomi się na {{count}} urządzeniu.",
  confirm_few: "Test połączenia uruchomi się na {{count}} urządzeniach.",
  confirm_many: "Test połączenia uruchomi się na {{count}} urządzeniach.",
  confirm_other: "Test połączenia uruchomi się na {{count}} urządzenia.",
  go_one: "Uruchom na {{count}} urządzeniu",
  go_few: "Uruchom na {{count}} urządzeniach",
  go_many: "Uruchom na {{count}} urządzeniach",
  go_other: "Uruchom na {{count}} urządzenia",
  action: "Test połączenia",
  text: "Tekst",
} as const;
