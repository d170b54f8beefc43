export default {
  name: "Update scan",
  active: "Scanning",
  confirm_one: "{{count}} device will look for updates. Nothing is installed.",
  confirm_other: "{{count}} devices will look for updates. Nothing is installed.",
  go_one: "Scan {{count}} device",
  go_other: "Scan {{count}} devices",
  action: "Scan for updates",
} as const;
