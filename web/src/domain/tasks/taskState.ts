import type { TaskState } from "@/api/types.ts";

export const TASK_STATES = [
  "waiting",
  "queued",
  "leased",
  "running",
  "succeeded",
  "failed",
  "timed_out",
  "cancelled",
  "expired",
] as const satisfies readonly TaskState[];

const UNFINISHED: ReadonlySet<TaskState> = new Set(["waiting", "queued", "leased", "running"]);

/** Whether a task in this state may still change by itself. */
export function isUnfinished(state: TaskState): boolean {
  return UNFINISHED.has(state);
}
