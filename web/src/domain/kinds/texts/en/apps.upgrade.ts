export default {
  name: "App upgrade",
  active: "Upgrading applications",
  confirm_one: "Applications will be upgraded on {{count}} device. Those that are open may be closed.",
  confirm_other: "Applications will be upgraded on {{count}} devices. Those that are open may be closed.",
  go_one: "Upgrade on {{count}} device",
  go_other: "Upgrade on {{count}} devices",
  action: "Upgrade all applications",
  apps: "Applications",
  allApps: "All that are newer",
  upgradedOf_one: "{{done}} of {{count}} application upgraded",
  upgradedOf_other: "{{done}} of {{count}} applications upgraded",
  outcome: {
    upgraded: "Upgraded",
    nothing_to_do: "Nothing to do",
    failed: "Failed",
    skipped: "Skipped",
  },
} as const;
