import type { TaskKind } from "@/api/types.ts";

/**
 * Every kind of task of the API, in the order in which people see them; one that is missing does not compile. Apart
 * from `index.ts`, for the addresses of lists are validated before any page is loaded.
 */
const NAMES: Record<TaskKind, true> = {
  "updates.install": true,
  "updates.scan": true,
  "updates.history": true,
  "updates.uninstall": true,
  "system.restart": true,
  "script.run": true,
  "apps.scan": true,
  "apps.upgrade": true,
  "inventory.collect": true,
  "health.collect": true,
  "agent.update": true,
  "diagnostics.echo": true,
};

export const TASK_KINDS = Object.keys(NAMES) as readonly TaskKind[];
