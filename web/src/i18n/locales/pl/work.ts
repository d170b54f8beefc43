export default {
  started: "Zlecono: {{kind}}, {{host}}.",
  openTask: "Otwórz zadanie",
  openJob: "Otwórz zlecenie",
  confirm: {
    title: "{{kind}}",
    text: {
      diagnostics: {
        echo_one: "Test echo uruchomi się na {{count}} urządzeniu.", echo_few: "Test echo uruchomi się na {{count}} urządzeniach.", echo_many: "Test echo uruchomi się na {{count}} urządzeniach.", echo_other: "Test echo uruchomi się na {{count}} urządzenia.",
      },
      inventory: {
        collect_one: "Zostaną odświeżone dane {{count}} urządzenia.", collect_few: "Zostaną odświeżone dane {{count}} urządzeń.", collect_many: "Zostaną odświeżone dane {{count}} urządzeń.", collect_other: "Zostaną odświeżone dane {{count}} urządzenia.",
      },
      updates: {
        scan_one: "{{count}} urządzenie sprawdzi dostępne aktualizacje. Nic nie zostanie zainstalowane.", scan_few: "{{count}} urządzenia sprawdzą dostępne aktualizacje. Nic nie zostanie zainstalowane.", scan_many: "{{count}} urządzeń sprawdzi dostępne aktualizacje. Nic nie zostanie zainstalowane.", scan_other: "{{count}} urządzenia sprawdzi dostępne aktualizacje. Nic nie zostanie zainstalowane.",
        install_one: "Aktualizacje zostaną zainstalowane na {{count}} urządzeniu.", install_few: "Aktualizacje zostaną zainstalowane na {{count}} urządzeniach.", install_many: "Aktualizacje zostaną zainstalowane na {{count}} urządzeniach.", install_other: "Aktualizacje zostaną zainstalowane na {{count}} urządzenia.",
      },
      system: {
        restart_one: "{{count}} urządzenie zostanie zrestartowane. Niezapisana na nim praca przepadnie.", restart_few: "{{count}} urządzenia zostaną zrestartowane. Niezapisana na nich praca przepadnie.", restart_many: "{{count}} urządzeń zostanie zrestartowanych. Niezapisana na nich praca przepadnie.", restart_other: "{{count}} urządzenia zostanie zrestartowane. Niezapisana na nich praca przepadnie.",
      },
    },
    go: {
      diagnostics: { echo_one: "Uruchom na {{count}} urządzeniu", echo_few: "Uruchom na {{count}} urządzeniach", echo_many: "Uruchom na {{count}} urządzeniach", echo_other: "Uruchom na {{count}} urządzenia" },
      inventory: { collect_one: "Odśwież {{count}} urządzenie", collect_few: "Odśwież {{count}} urządzenia", collect_many: "Odśwież {{count}} urządzeń", collect_other: "Odśwież {{count}} urządzenia" },
      updates: {
        scan_one: "Skanuj {{count}} urządzenie", scan_few: "Skanuj {{count}} urządzenia", scan_many: "Skanuj {{count}} urządzeń", scan_other: "Skanuj {{count}} urządzenia",
        install_one: "Zainstaluj na {{count}} urządzeniu", install_few: "Zainstaluj na {{count}} urządzeniach", install_many: "Zainstaluj na {{count}} urządzeniach", install_other: "Zainstaluj na {{count}} urządzenia",
      },
      system: { restart_one: "Zrestartuj {{count}} urządzenie", restart_few: "Zrestartuj {{count}} urządzenia", restart_many: "Zrestartuj {{count}} urządzeń", restart_other: "Zrestartuj {{count}} urządzenia" },
    },
  },
  restart: {
    delay: "Kiedy", now: "Natychmiast", after_one: "Po {{count}} minucie", after_few: "Po {{count}} minutach", after_many: "Po {{count}} minutach", after_other: "Po {{count}} minuty",
    reason: "Powód, widoczny dla osób przy urządzeniu (opcjonalnie)",
  },
};
