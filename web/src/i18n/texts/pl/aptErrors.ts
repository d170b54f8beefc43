import { text } from "../../text.ts";

/** What goes wrong with apt and its sources, and what mends it. */
export const apt = {
  downgrade_pinned: text(
    "Przypięcie wersji zamieniłoby zainstalowane pakiety na starsze. To nie są aktualizacje;",
    "usuń przypięcie w /etc/apt/preferences, jeśli nie jest zamierzone.",
  ),
  lines_unread: text(
    "Niektórych wierszy apt nie udało się zrozumieć ({{count}}); aktualizacji, które",
    "wymieniają, brakuje na liście. Zgłoś to administratorowi Bosmana.",
  ),
  source_bad_entry: "apt nie może odczytać wpisu na liście źródeł. Popraw plik w /etc/apt.",
  source_changed: text(
    "Źródło aktualizacji zmieniło nazwę lub właściciela i ktoś musi to zatwierdzić:",
    "uruchom na urządzeniu „apt-get update --allow-releaseinfo-change”.",
  ),
  source_damaged: text(
    "Źródło aktualizacji przysłało uszkodzoną lub niepełną listę. Przeskanuj",
    "później; jeśli to nie minie, użyj innego serwera.",
  ),
  source_denied: "Źródło aktualizacji odmawia temu urządzeniu. Sprawdź nazwę użytkownika, hasło lub subskrypcję.",
  source_expired: text(
    "Lista źródła aktualizacji wygasła albo jeszcze nie obowiązuje. Sprawdź zegar",
    "urządzenia; jeśli jest dobry, źródło nie jest już utrzymywane.",
  ),
  source_failed:
    "Nie udało się pobrać źródła aktualizacji. Uruchom na urządzeniu „apt-get update” i przeczytaj, co wypisze.",
  source_not_fetched: "Listy źródła aktualizacji nigdy nie pobrano. Przeskanuj urządzenie ponownie.",
  source_not_found: "Źródła aktualizacji już nie ma. Popraw jego adres lub wydanie w /etc/apt albo je usuń.",
  source_not_signed:
    "Źródło aktualizacji nie jest podpisane, więc apt go nie używa. Zapytaj, kto je prowadzi, albo je usuń.",
  source_unreachable: "Nie udało się połączyć ze źródłem aktualizacji. Sprawdź sieć, serwer nazw i proxy urządzenia.",
  source_untrusted: "Podpis źródła aktualizacji jest nieważny: brakuje klucza albo wygasł. Zainstaluj aktualny klucz.",
  would_remove: text(
    "Nie zainstalowano, bo usunęłoby to inne pakiety: {{removed}}. Zdecyduj na urządzeniu,",
    "czy można je usunąć, poleceniem „apt-get install”.",
  ),
  locked: "Inny program blokuje menedżera pakietów.",
  failed: "Menedżer pakietów zgłosił błąd.",
  not_available: "Ten system nie ma apt.",
} as const;
