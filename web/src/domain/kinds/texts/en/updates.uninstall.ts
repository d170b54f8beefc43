export default {
  name: "Removal of an update",
  active: "Removing an update",
  confirm_one: "The update will be removed from {{count}} device. It may be offered again at the next scan.",
  confirm_other: "The update will be removed from {{count}} devices. It may be offered again at the next scan.",
  go_one: "Remove from {{count}} device",
  go_other: "Remove from {{count}} devices",
  action: "Remove an update",
  done: "{{kb}} has been removed.",
  afterRestart: "{{kb}} will be gone after a restart.",
  kb: "KB number",
  hint: "As in the update history, such as KB5068861. Windows may offer the update again.",
  invalid: "KB and six to eight digits.",
} as const;
