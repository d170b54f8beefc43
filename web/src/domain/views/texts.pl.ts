export default {
  label: "Zapisane widoki",
  all: "Wszystkie",
  save: "Zapisz widok",
  name: "Nazwa widoku",
  opensWith: "Otwieraj listę z tym widokiem",
  menu: "Widok {{name}}",
  keepChanges: "Zapisz to, co widać teraz",
  rename: "Zmień nazwę",
  makeDefault: "Otwieraj listę z tym widokiem",
  noDefault: "Nie otwieraj już listy z tym widokiem",
  forget: "Usuń widok",
} as const;
