export default {
  started: "{{kind}} requested: {{host}}.",
  openTask: "Open the task",
  openJob: "Open the job",
  confirm: {
    title: "{{kind}}",
    text: {
      diagnostics: { echo_one: "The echo test will run on {{count}} device.", echo_other: "The echo test will run on {{count}} devices." },
      inventory: { collect_one: "The inventory of {{count}} device will be renewed.", collect_other: "The inventory of {{count}} devices will be renewed." },
      updates: {
        scan_one: "{{count}} device will look for updates. Nothing is installed.", scan_other: "{{count}} devices will look for updates. Nothing is installed.",
        install_one: "Updates will be installed on {{count}} device.", install_other: "Updates will be installed on {{count}} devices.",
      },
      system: { restart_one: "{{count}} device will restart. Work that is not saved there will be lost.", restart_other: "{{count}} devices will restart. Work that is not saved there will be lost." },
    },
    go: {
      diagnostics: { echo_one: "Run on {{count}} device", echo_other: "Run on {{count}} devices" },
      inventory: { collect_one: "Renew for {{count}} device", collect_other: "Renew for {{count}} devices" },
      updates: { scan_one: "Scan {{count}} device", scan_other: "Scan {{count}} devices", install_one: "Install on {{count}} device", install_other: "Install on {{count}} devices" },
      system: { restart_one: "Restart {{count}} device", restart_other: "Restart {{count}} devices" },
    },
  },
  restart: { delay: "When", now: "At once", after_one: "After {{count}} minute", after_other: "After {{count}} minutes", reason: "Reason, shown to people at the device (optional)" },
} as const;
