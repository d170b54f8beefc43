export default {
  keysToo: "Unieważnij też moje klucze API",
  password: {
    title: "Hasło", current: "Obecne hasło", new: "Nowe hasło", go: "Zmień hasło", done: "Hasło zmienione. Pozostałe sesje zakończono.",
    text: "Zmiana hasła kończy wszystkie pozostałe sesje. Jeśli ktoś mógł znać stare hasło, unieważnij też swoje klucze API.",
  },
  factor: {
    title: "Drugi składnik", text: "Logujesz się kodem z aplikacji uwierzytelniającej. Kody odzyskiwania działają bez niej, każdy raz.",
    codes: "Nowe kody odzyskiwania", codesTitle: "Utworzyć nowe kody odzyskiwania?", codesText: "Dotychczasowe natychmiast przestaną działać. Aby kontynuować, podaj kod.", codesGo: "Utwórz nowe kody", copyAll: "Skopiuj wszystkie dziesięć kodów",
    replace: "Zmień aplikację uwierzytelniającą", replaceTitle: "Zmienić aplikację uwierzytelniającą?", replaceGo: "Dalej", replaceScan: "Zeskanuj ten kod nową aplikacją albo wpisz w niej sekret. Dopóki nie potwierdzisz zmiany, stara aplikacja i stare kody odzyskiwania nadal działają.", replaceCode: "Kod z nowej aplikacji", replaceDone: "Zmień",
    replaceText: "Podaj kod z obecnej aplikacji albo kod odzyskiwania. Obecna aplikacja przestanie działać dopiero po potwierdzeniu nowej; wtedy zakończą się też pozostałe sesje i dostaniesz nowe kody odzyskiwania.",
  },
  sessions: {
    title: "Gdzie trwa Twoja sesja", here: "Ta przeglądarka", on: "{{browser}} w systemie {{os}}", unknownBrowser: "Nieznana przeglądarka", seen: "aktywność",
    place: { this_server: "Na samym serwerze", local_network: "Sieć lokalna", internet: "Internet", unknown: "Nieznane miejsce" },
    endOthersTitle: "Wylogować wszędzie indziej?", endOthersText: "Wszystkie pozostałe przeglądarki zostaną natychmiast wylogowane.",
    keysEnded_one: "Unieważniono {{count}} klucz API.", keysEnded_few: "Unieważniono {{count}} klucze API.", keysEnded_many: "Unieważniono {{count}} kluczy API.", keysEnded_other: "Unieważniono {{count}} klucza API.",
    end: "Wyloguj: {{name}}", endOthers: "Wyloguj wszędzie indziej",
    ended_one: "Zakończono {{count}} sesję.", ended_few: "Zakończono {{count}} sesje.", ended_many: "Zakończono {{count}} sesji.", ended_other: "Zakończono {{count}} sesji.",
  },
};
