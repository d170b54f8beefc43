export default {
  name: "Inwentaryzacja",
  active: "Inwentaryzacja",
  confirm_one: "Zostaną odświeżone dane {{count}} urządzenia.",
  confirm_few: "Zostaną odświeżone dane {{count}} urządzeń.",
  confirm_many: "Zostaną odświeżone dane {{count}} urządzeń.",
  confirm_other: "Zostaną odświeżone dane {{count}} urządzenia.",
  go_one: "Odśwież {{count}} urządzenie",
  go_few: "Odśwież {{count}} urządzenia",
  go_many: "Odśwież {{count}} urządzeń",
  go_other: "Odśwież {{count}} urządzenia",
  action: "Odśwież inwentaryzację",
} as const;
