import updatesScan from "./updates.scan.ts";
import updatesInstall from "./updates.install.ts";
import updatesHistory from "./updates.history.ts";
import updatesUninstall from "./updates.uninstall.ts";
import systemRestart from "./system.restart.ts";
import scriptRun from "./script.run.ts";
import appsScan from "./apps.scan.ts";
import appsUpgrade from "./apps.upgrade.ts";
import healthCollect from "./health.collect.ts";
import inventoryCollect from "./inventory.collect.ts";
import agentUpdate from "./agent.update.ts";
import diagnosticsEcho from "./diagnostics.echo.ts";
import shared from "./shared.ts";

export default {
  updates: { scan: updatesScan, install: updatesInstall, history: updatesHistory, uninstall: updatesUninstall },
  system: { restart: systemRestart },
  script: { run: scriptRun },
  apps: { scan: appsScan, upgrade: appsUpgrade },
  health: { collect: healthCollect },
  inventory: { collect: inventoryCollect },
  agent: { update: agentUpdate },
  diagnostics: { echo: diagnosticsEcho },
  ...shared,
} as const;
