export default {
  password: {
    title: "Hasło", current: "Obecne hasło", new: "Nowe hasło", go: "Zmień hasło", done: "Hasło zmienione. Pozostałe sesje zakończono.",
    text: "Zmiana hasła kończy wszystkie pozostałe sesje.",
  },
  factor: {
    title: "Drugi składnik", text: "Logujesz się kodem z aplikacji uwierzytelniającej. Kody odzyskiwania działają bez niej, każdy raz.",
    codes: "Nowe kody odzyskiwania", codesTitle: "Utworzyć nowe kody odzyskiwania?", codesText: "Dotychczasowe natychmiast przestaną działać.", codesGo: "Utwórz nowe kody", copyAll: "Skopiuj wszystkie dziesięć kodów",
    replace: "Zmień aplikację uwierzytelniającą", replaceTitle: "Zmienić aplikację uwierzytelniającą?", replaceGo: "Zmień",
    replaceText: "Używana teraz aplikacja natychmiast przestanie działać w Bosmanie i nastąpi wylogowanie na wszystkich urządzeniach. Tutaj zeskanujesz nowy kod.",
  },
  sessions: {
    title: "Gdzie trwa Twoja sesja", here: "Ta przeglądarka", on: "{{browser}} w systemie {{os}}", unknownBrowser: "Nieznana przeglądarka", seen: "aktywność",
    place: { this_server: "Na samym serwerze", local_network: "Sieć lokalna", internet: "Internet", unknown: "Nieznane miejsce" },
    end: "Wyloguj: {{name}}", endOthers: "Wyloguj wszędzie indziej",
    ended_one: "Zakończono {{count}} sesję.", ended_few: "Zakończono {{count}} sesje.", ended_many: "Zakończono {{count}} sesji.", ended_other: "Zakończono {{count}} sesji.",
  },
};
