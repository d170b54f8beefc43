export default {
  name: "Connection test",
  active: "Connection test",
  confirm_one: "The connection test will run on {{count}} device.",
  confirm_other: "The connection test will run on {{count}} devices.",
  go_one: "Run on {{count}} device",
  go_other: "Run on {{count}} devices",
  action: "Connection test",
  text: "Text",
} as const;
