export default {
  name: "Echo test",
  active: "Echo test",
  confirm_one: "The echo test will run on {{count}} device.",
  confirm_other: "The echo test will run on {{count}} devices.",
  go_one: "Run on {{count}} device",
  go_other: "Run on {{count}} devices",
  action: "Echo test",
  text: "Text",
} as const;
