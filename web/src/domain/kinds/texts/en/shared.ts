/** Words of several kinds. */
export default {
  note: {
    refreshing: "Refreshing package lists",
    comparing: "Comparing versions",
    searching: "Searching for updates",
    downloading: "Downloading",
    installing: "Installing",
    upgrading: "Upgrading",
    fetching: "Fetching the new version",
    confirming: "Confirming what was installed",
    uninstalling: "Removing",
    staged: "The new version is ready; the agent restarts",
    one: {
      installing: "Installing {{name}}",
      downloading: "Downloading {{name}}",
      upgrading: "Upgrading {{name}}",
    },
    counted: "{{text}} ({{number}} of {{total}})",
  },
  found: {
    updates_one: "{{count}} pending update",
    updates_other: "{{count}} pending updates",
    security_one: "{{count}} of them for security",
    security_other: "{{count}} of them for security",
    software_one: "{{count}} program",
    software_other: "{{count}} programs",
  },
  result: "Result",
} as const;
