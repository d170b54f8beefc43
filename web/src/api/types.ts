import type { components } from "./schema.gen.ts";

type Schemas = components["schemas"];

export interface Page<T> {
  items: T[];
  total: number;
  next_cursor: string | null;
  prev_cursor: string | null;
}

export type Me = Schemas["Me"];
export type MePatch = Schemas["MePatch"];
export type SessionState = Schemas["SessionState"]["state"];
export type TotpEnrollment = Schemas["TotpEnrollment"];
export type Tenant = Schemas["Tenant"];
export type Site = Schemas["Site"];
export type DeviceRow = Schemas["DeviceRow"];
export type Device = Schemas["Device"];
export type Facts = Schemas["Facts"];
export type Software = Schemas["Software"];
export type Update = Schemas["Update"];
export type UpdateClass = Update["class"];
export type UpdateDeviceRow = Schemas["UpdateDeviceRow"];
export type Job = Schemas["Job"];
export type JobCreate = Schemas["JobCreate"];
export type TaskRow = Schemas["TaskRow"];
export type Task = Schemas["Task"];
export type TaskKind = TaskRow["kind"];
export type TaskState = TaskRow["state"];
export type Chunk = Schemas["Chunk"];
export type EnrollmentToken = Schemas["TokenRow"];
export type EnrollmentTokenCreated = Schemas["TokenCreated"];
export type Language = Me["language"];
export type Theme = Me["theme"];

export const TASK_STATES = [
  "waiting", "queued", "leased", "running", "succeeded", "failed", "timed_out", "cancelled", "expired",
] as const satisfies readonly TaskState[];

export const TASK_KINDS = [
  "updates.install", "updates.scan", "system.restart", "inventory.collect", "diagnostics.echo",
] as const satisfies readonly TaskKind[];

const UNFINISHED: ReadonlySet<TaskState> = new Set(["waiting", "queued", "leased", "running"]);

export function isUnfinished(state: TaskState): boolean {
  return UNFINISHED.has(state);
}

/** One row of an updates.install result: what became of one update. */
export interface InstallOutcome {
  name: string;
  version: string;
  outcome: "installed" | "failed" | "skipped";
  error_code: string | null;
  detail: string | null;
}
