export default {
  title: "Klienci i lokalizacje",
  search: "Szukaj klientów",
  sites: "Lokalizacje",
  searchSites: "Szukaj lokalizacji",
  column: { name: "Nazwa", site: "Lokalizacja", sites: "Lokalizacje", devices: "Urządzenia", created: "Utworzono", timeZone: "Strefa czasowa" },
  empty: { title: "Nie ma jeszcze klientów", text: "Klient to jedna organizacja. Jej urządzenia i dane są oddzielone od wszystkich innych." },
  emptySites: { title: "Nie ma jeszcze lokalizacji", text: "Lokalizacja to miejsce tego klienta. Urządzenia należą do lokalizacji i przyjmują jej strefę czasową." },
  tenant: {
    new: "Nowy klient", create: "Utwórz klienta", rename: "Edytuj klienta", retention: "Przechowuj dane wyjściowe zadań przez (dni)", retentionText: "Starsze dane wyjściowe są usuwane. Stan, kod wyjścia i dziennik audytu zostają.", agentUpdates: "Agenty aktualizują się same", agentUpdatesText: "Najpierw jedno urządzenie; pozostałe, gdy ono zadziała. W przeciwnym razie ktoś aktualizuje każdego agenta ręcznie.", delete: "Usuń klienta", notEmpty: "Klient ma jeszcze lokalizacje lub urządzenia",
    deleteTitle: "Usunąć {{name}}?", deleteText: "Klient zostanie usunięty. Tego nie można cofnąć.",
  },
  site: {
    new: "Nowa lokalizacja", create: "Utwórz lokalizację", edit: "Edytuj lokalizację", editOne: "Edytuj {{name}}", deleteOne: "Usuń {{name}}", delete: "Usuń lokalizację",
    notEmpty_one: "W lokalizacji jest jeszcze {{count}} urządzenie", notEmpty_few: "W lokalizacji są jeszcze {{count}} urządzenia", notEmpty_many: "W lokalizacji jest jeszcze {{count}} urządzeń", notEmpty_other: "W lokalizacji jest jeszcze {{count}} urządzenia",
    zoneHint: "Tej strefy trzymają się harmonogramy urządzeń lokalizacji.",
    deleteTitle: "Usunąć {{name}}?", deleteText: "Lokalizacja zostanie usunięta. Tego nie można cofnąć.",
  },
};
