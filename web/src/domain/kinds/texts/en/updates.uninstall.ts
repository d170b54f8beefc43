export default {
  name: "Uninstall update",
  active: "Uninstalling an update",
  confirm_one: "The update will be uninstalled from {{count}} device. It may be offered again at the next scan.",
  confirm_other: "The update will be uninstalled from {{count}} devices. It may be offered again at the next scan.",
  go_one: "Uninstall from {{count}} device",
  go_other: "Uninstall from {{count}} devices",
  action: "Uninstall an update",
  done: "{{kb}} has been uninstalled.",
  afterRestart: "{{kb}} will be gone after a restart.",
  dialog: {
    title: "Uninstall an update from {{name}}",
    kb: "KB number",
    hint: "As in the update history, such as KB5068861. Windows may offer the update again.",
    invalid: "KB and six to eight digits.",
    go: "Uninstall",
  },
} as const;
