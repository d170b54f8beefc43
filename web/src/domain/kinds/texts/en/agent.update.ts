export default {
  name: "Agent update",
  active: "Updating the agent",
  confirm_one: "The agent of {{count}} device will be updated. It restarts for a moment; the device does not.",
  confirm_other: "The agents of {{count}} devices will be updated. They restart for a moment; the devices do not.",
  go_one: "Update {{count}} agent",
  go_other: "Update {{count}} agents",
  action: "Update the agent",
  actionTo: "Update the agent to {{version}}",
  now: "Version now",
  before: "Version before",
} as const;
