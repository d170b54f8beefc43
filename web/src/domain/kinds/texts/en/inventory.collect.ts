export default {
  name: "Inventory",
  active: "Collecting inventory",
  confirm_one: "The inventory of {{count}} device will be renewed.",
  confirm_other: "The inventory of {{count}} devices will be renewed.",
  go_one: "Renew for {{count}} device",
  go_other: "Renew for {{count}} devices",
  action: "Refresh inventory",
} as const;
