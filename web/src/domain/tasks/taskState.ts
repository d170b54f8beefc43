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

const FAILED: ReadonlySet<TaskState> = new Set(["failed", "timed_out", "expired"]);

/** Whether a task ended without what was wished for, though nobody called it off: it can be tried again. */
export function hasFailed(state: TaskState): boolean {
  return FAILED.has(state);
}
