export default {
  name: "Update installation",
  active: "Installing",
  confirm_one: "Updates will be installed on {{count}} device.",
  confirm_other: "Updates will be installed on {{count}} devices.",
  go_one: "Install on {{count}} device",
  go_other: "Install on {{count}} devices",
  action: "Install updates",
  select: "Scope",
  selects: {
    all: "All pending updates",
    security: "Security updates",
    chosen: "Chosen updates",
  },
  restart: "Restart afterwards",
  restarts: {
    never: "Never",
    if_required: "If required",
  },
  updates: "Updates",
  outcome: {
    installed: "Installed",
    failed: "Failed",
    skipped: "Skipped",
  },
  installedOf_one: "{{done}} of {{count}} update installed",
  installedOf_other: "{{done}} of {{count}} updates installed",
} as const;
