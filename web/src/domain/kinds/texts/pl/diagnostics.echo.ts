export default {
  name: "Test echo",
  active: "Test echo",
  confirm_one: "Test echo uruchomi się na {{count}} urządzeniu.",
  confirm_few: "Test echo uruchomi się na {{count}} urządzeniach.",
  confirm_many: "Test echo uruchomi się na {{count}} urządzeniach.",
  confirm_other: "Test echo uruchomi się na {{count}} urządzenia.",
  go_one: "Uruchom na {{count}} urządzeniu",
  go_few: "Uruchom na {{count}} urządzeniach",
  go_many: "Uruchom na {{count}} urządzeniach",
  go_other: "Uruchom na {{count}} urządzenia",
  action: "Test echo",
  text: "Tekst",
} as const;
