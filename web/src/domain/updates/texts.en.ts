export default {
  choose: "Choose {{name}}",
  versions: "{{from}} → {{to}}",
  newVersion: "new: {{version}}",
  needsRestart: "needs a restart",
  openKb: "{{kb}}: what Microsoft says of it",
  mayNeedRestart: "may need a restart",
  moreCves_one: "and {{count}} more",
  moreCves_other: "and {{count}} more",
  heldBy: {
    hold: "held on the device (apt-mark hold)",
    pin: "held by a pin",
    dependencies: "kept back by its dependencies",
  },
  mark: {
    hidden: "hidden on the device",
    needsInput: "asks questions, not installed unattended",
    exclusive: "is installed alone",
    eula: "has terms to accept",
  },
  severity: {
    critical: "critical",
    important: "important",
    moderate: "moderate",
    low: "low",
  },
} as const;
