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
        history_one: "Zostanie odczytana historia aktualizacji {{count}} urządzenia.", history_few: "Zostanie odczytana historia aktualizacji {{count}} urządzeń.", history_many: "Zostanie odczytana historia aktualizacji {{count}} urządzeń.", history_other: "Zostanie odczytana historia aktualizacji {{count}} urządzenia.",
        uninstall_one: "Aktualizacja zostanie usunięta z {{count}} urządzenia. Następny skan może ją znów zaproponować.", uninstall_few: "Aktualizacja zostanie usunięta z {{count}} urządzeń. Następny skan może ją znów zaproponować.", uninstall_many: "Aktualizacja zostanie usunięta z {{count}} urządzeń. Następny skan może ją znów zaproponować.", uninstall_other: "Aktualizacja zostanie usunięta z {{count}} urządzenia. Następny skan może ją znów zaproponować.",
      },
      script: { run_one: "Skrypt zostanie uruchomiony na {{count}} urządzeniu.", run_few: "Skrypt zostanie uruchomiony na {{count}} urządzeniach.", run_many: "Skrypt zostanie uruchomiony na {{count}} urządzeniach.", run_other: "Skrypt zostanie uruchomiony na {{count}} urządzenia." },
      apps: {
        scan_one: "{{count}} urządzenie sprawdzi nowsze wersje aplikacji. Nic nie zostanie zainstalowane.", scan_few: "{{count}} urządzenia sprawdzą nowsze wersje aplikacji. Nic nie zostanie zainstalowane.", scan_many: "{{count}} urządzeń sprawdzi nowsze wersje aplikacji. Nic nie zostanie zainstalowane.", scan_other: "{{count}} urządzenia sprawdzi nowsze wersje aplikacji. Nic nie zostanie zainstalowane.",
        upgrade_one: "Aplikacje zostaną zaktualizowane na {{count}} urządzeniu. Otwarte mogą zostać zamknięte.", upgrade_few: "Aplikacje zostaną zaktualizowane na {{count}} urządzeniach. Otwarte mogą zostać zamknięte.", upgrade_many: "Aplikacje zostaną zaktualizowane na {{count}} urządzeniach. Otwarte mogą zostać zamknięte.", upgrade_other: "Aplikacje zostaną zaktualizowane na {{count}} urządzenia. Otwarte mogą zostać zamknięte.",
      },
      health: { collect_one: "Zostaną zbadane dyski i czujniki {{count}} urządzenia.", collect_few: "Zostaną zbadane dyski i czujniki {{count}} urządzeń.", collect_many: "Zostaną zbadane dyski i czujniki {{count}} urządzeń.", collect_other: "Zostaną zbadane dyski i czujniki {{count}} urządzenia." },
      agent: { update_one: "Agent {{count}} urządzenia zostanie zaktualizowany. Na chwilę uruchomi się ponownie; urządzenie nie.", update_few: "Agenty {{count}} urządzeń zostaną zaktualizowane. Na chwilę uruchomią się ponownie; urządzenia nie.", update_many: "Agenty {{count}} urządzeń zostaną zaktualizowane. Na chwilę uruchomią się ponownie; urządzenia nie.", update_other: "Agenty {{count}} urządzenia zostaną zaktualizowane. Na chwilę uruchomią się ponownie; urządzenia nie." },
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
        history_one: "Odczytaj z {{count}} urządzenia", history_few: "Odczytaj z {{count}} urządzeń", history_many: "Odczytaj z {{count}} urządzeń", history_other: "Odczytaj z {{count}} urządzenia",
        uninstall_one: "Usuń z {{count}} urządzenia", uninstall_few: "Usuń z {{count}} urządzeń", uninstall_many: "Usuń z {{count}} urządzeń", uninstall_other: "Usuń z {{count}} urządzenia",
      },
      script: { run_one: "Uruchom na {{count}} urządzeniu", run_few: "Uruchom na {{count}} urządzeniach", run_many: "Uruchom na {{count}} urządzeniach", run_other: "Uruchom na {{count}} urządzenia" },
      apps: {
        scan_one: "Skanuj {{count}} urządzenie", scan_few: "Skanuj {{count}} urządzenia", scan_many: "Skanuj {{count}} urządzeń", scan_other: "Skanuj {{count}} urządzenia",
        upgrade_one: "Zaktualizuj na {{count}} urządzeniu", upgrade_few: "Zaktualizuj na {{count}} urządzeniach", upgrade_many: "Zaktualizuj na {{count}} urządzeniach", upgrade_other: "Zaktualizuj na {{count}} urządzenia",
      },
      health: { collect_one: "Zbadaj {{count}} urządzenie", collect_few: "Zbadaj {{count}} urządzenia", collect_many: "Zbadaj {{count}} urządzeń", collect_other: "Zbadaj {{count}} urządzenia" },
      agent: { update_one: "Zaktualizuj {{count}} agenta", update_few: "Zaktualizuj {{count}} agenty", update_many: "Zaktualizuj {{count}} agentów", update_other: "Zaktualizuj {{count}} agenta" },
      system: { restart_one: "Zrestartuj {{count}} urządzenie", restart_few: "Zrestartuj {{count}} urządzenia", restart_many: "Zrestartuj {{count}} urządzeń", restart_other: "Zrestartuj {{count}} urządzenia" },
    },
  },
  restart: {
    delay: "Kiedy", now: "Natychmiast", after_one: "Po {{count}} minucie", after_few: "Po {{count}} minutach", after_many: "Po {{count}} minutach", after_other: "Po {{count}} minuty",
    reason: "Powód, widoczny dla osób przy urządzeniu (opcjonalnie)",
  },
};
