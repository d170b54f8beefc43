import type { TaskKind } from "@/api/types.ts";
import { agentUpdate } from "./agent.update.tsx";
import { appsScan } from "./apps.scan.tsx";
import { appsUpgrade } from "./apps.upgrade.tsx";
import { diagnosticsEcho } from "./diagnostics.echo.tsx";
import { healthCollect } from "./health.collect.tsx";
import { inventoryCollect } from "./inventory.collect.tsx";
import type { Kind } from "./kind.ts";
import { scriptRun } from "./script.run.tsx";
import { systemRestart } from "./system.restart.tsx";
import { updatesHistory } from "./updates.history.tsx";
import { updatesInstall } from "./updates.install.tsx";
import { updatesScan } from "./updates.scan.tsx";
import { updatesUninstall } from "./updates.uninstall.tsx";

/** What the web knows of every kind of task of the API: one without a file does not compile. */
export const KINDS: { readonly [K in TaskKind]: Kind<K> } = {
  "updates.install": updatesInstall,
  "updates.scan": updatesScan,
  "updates.history": updatesHistory,
  "updates.uninstall": updatesUninstall,
  "system.restart": systemRestart,
  "script.run": scriptRun,
  "apps.scan": appsScan,
  "apps.upgrade": appsUpgrade,
  "inventory.collect": inventoryCollect,
  "health.collect": healthCollect,
  "agent.update": agentUpdate,
  "diagnostics.echo": diagnosticsEcho,
};
