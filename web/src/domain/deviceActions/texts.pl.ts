import { text } from "@/i18n/text.ts";

export default {
  action: {
    move: "Przenieś do lokalizacji",
    revoke: "Odłącz urządzenie",
    remove: "Usuń",
  },
  revoke: {
    title: "Odłączyć urządzenie {{name}}?",
    go: "Odłącz",
    text: text(
      "Certyfikat {{name}} straci ważność, a połączenie zostanie przerwane w ciągu kilku",
      "sekund. Aby wróciło, trzeba ponownie zainstalować na nim agenta.",
    ),
    done: "Odłączono {{name}}.",
  },
  remove: {
    title: "Usunąć urządzenie {{name}}?",
    go: "Usuń",
    text: "{{name}} i wszystkie dane o nim zostaną usunięte. Tego nie można cofnąć.",
    done: "Usunięto {{name}}.",
  },
  move: {
    title_one: "Przenieś {{count}} urządzenie",
    title_few: "Przenieś {{count}} urządzenia",
    title_many: "Przenieś {{count}} urządzeń",
    title_other: "Przenieś {{count}} urządzenia",
    go: "Przenieś",
    site: "Lokalizacja",
    choose: "Wybierz lokalizację",
    severalTenants: "Urządzenia należą do kilku klientów. Wybierz urządzenia jednego klienta.",
    notAll: "Aby przenieść urządzenia, zaznacz je pojedynczo",
    done_one: "Przeniesiono {{count}} urządzenie.",
    done_few: "Przeniesiono {{count}} urządzenia.",
    done_many: "Przeniesiono {{count}} urządzeń.",
    done_other: "Przeniesiono {{count}} urządzenia.",
  },
  isRevoked: "Urządzenie zostało odłączone",
  nothingToInstall: "Brak oczekujących aktualizacji",
  windowsOnly: "Tylko w systemie Windows",
} as const;
