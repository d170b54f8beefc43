export default {
  label: "Saved views",
  all: "All",
  save: "Save view",
  name: "Name of the view",
  opensWith: "Open the list with it",
  menu: "View {{name}}",
  keepChanges: "Keep what is shown now",
  rename: "Rename",
  makeDefault: "Open the list with it",
  noDefault: "No longer open the list with it",
  forget: "Delete the view",
} as const;
