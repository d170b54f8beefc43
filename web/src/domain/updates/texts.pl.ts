export default {
  choose: "Wybierz: {{name}}",
  versions: "{{from}} → {{to}}",
  newVersion: "nowa: {{version}}",
  needsRestart: "wymaga restartu",
  openKb: "{{kb}}: co pisze o niej Microsoft",
  mayNeedRestart: "może wymagać restartu",
  moreCves_one: "i jeszcze {{count}}",
  moreCves_few: "i jeszcze {{count}}",
  moreCves_many: "i jeszcze {{count}}",
  moreCves_other: "i jeszcze {{count}}",
  heldBy: {
    hold: "wstrzymana na urządzeniu (apt-mark hold)",
    pin: "wstrzymana przypięciem wersji",
    dependencies: "wstrzymana przez zależności",
  },
  mark: {
    hidden: "ukryta na urządzeniu",
    needsInput: "zadaje pytania, nie instaluje się bez nadzoru",
    exclusive: "instaluje się osobno",
    eula: "ma warunki do zaakceptowania",
  },
  severity: {
    critical: "krytyczna",
    important: "ważna",
    moderate: "umiarkowana",
    low: "niska",
  },
} as const;
