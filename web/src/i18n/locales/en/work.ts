export default {
  started: "{{kind}} requested: {{host}}.",
  openTask: "Open the task",
  openJob: "Open the job",
  confirm: {
    title: "{{kind}}",
    text: {
      diagnostics: {
        echo_one: "The echo test will run on {{count}} device.",
        echo_other: "The echo test will run on {{count}} devices.",
      },
      inventory: {
        collect_one: "The inventory of {{count}} device will be renewed.",
        collect_other: "The inventory of {{count}} devices will be renewed.",
      },
      updates: {
        scan_one: "{{count}} device will look for updates. Nothing is installed.",
        scan_other: "{{count}} devices will look for updates. Nothing is installed.",
        install_one: "Updates will be installed on {{count}} device.",
        install_other: "Updates will be installed on {{count}} devices.",
        history_one: "The update history of {{count}} device will be read.",
        history_other: "The update history of {{count}} devices will be read.",
        uninstall_one: "The update will be removed from {{count}} device. It may be offered again at the next scan.",
        uninstall_other: "The update will be removed from {{count}} devices. It may be offered again at the next scan.",
      },
      script: {
        run_one: "The script will run on {{count}} device.",
        run_other: "The script will run on {{count}} devices.",
      },
      apps: {
        scan_one: "{{count}} device will look for newer applications. Nothing is installed.",
        scan_other: "{{count}} devices will look for newer applications. Nothing is installed.",
        upgrade_one: "Applications will be upgraded on {{count}} device. Those that are open may be closed.",
        upgrade_other: "Applications will be upgraded on {{count}} devices. Those that are open may be closed.",
      },
      health: {
        collect_one: "Disks and sensors of {{count}} device will be looked at.",
        collect_other: "Disks and sensors of {{count}} devices will be looked at.",
      },
      agent: {
        update_one: "The agent of {{count}} device will be updated. It restarts for a moment; the device does not.",
        update_other: "The agents of {{count}} devices will be updated. They restart for a moment; the devices do not.",
      },
      system: {
        restart_one: "{{count}} device will restart. Work that is not saved there will be lost.",
        restart_other: "{{count}} devices will restart. Work that is not saved there will be lost.",
      },
    },
    go: {
      diagnostics: { echo_one: "Run on {{count}} device", echo_other: "Run on {{count}} devices" },
      inventory: { collect_one: "Renew for {{count}} device", collect_other: "Renew for {{count}} devices" },
      updates: {
        scan_one: "Scan {{count}} device",
        scan_other: "Scan {{count}} devices",
        install_one: "Install on {{count}} device",
        install_other: "Install on {{count}} devices",
        history_one: "Read from {{count}} device",
        history_other: "Read from {{count}} devices",
        uninstall_one: "Remove from {{count}} device",
        uninstall_other: "Remove from {{count}} devices",
      },
      script: { run_one: "Run on {{count}} device", run_other: "Run on {{count}} devices" },
      apps: {
        scan_one: "Scan {{count}} device",
        scan_other: "Scan {{count}} devices",
        upgrade_one: "Upgrade on {{count}} device",
        upgrade_other: "Upgrade on {{count}} devices",
      },
      health: { collect_one: "Look at {{count}} device", collect_other: "Look at {{count}} devices" },
      agent: { update_one: "Update {{count}} agent", update_other: "Update {{count}} agents" },
      system: { restart_one: "Restart {{count}} device", restart_other: "Restart {{count}} devices" },
    },
  },
  restart: {
    delay: "When",
    now: "At once",
    after_one: "After {{count}} minute",
    after_other: "After {{count}} minutes",
    reason: "Reason, shown to people at the device (optional)",
  },
} as const;
