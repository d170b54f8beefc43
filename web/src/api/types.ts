import type { components } from "./schema.gen.ts";

type Schemas = components["schemas"];

export interface Page<T> {
  items: T[];
  total: number;
  next_cursor: string | null;
  prev_cursor: string | null;
}

export type Me = Schemas["Me"];
export type MePatch = Schemas["MeUpdate"];
export type SessionState = Schemas["SessionState"]["state"];
export type TotpEnrollment = Schemas["TotpEnrollment"];
export type TenantSummary = Schemas["TenantRowOut"];
export type Tenant = Schemas["TenantOut"];
export type Site = Schemas["SiteRowOut"];
export type DeviceRow = Schemas["DeviceRowOut"];
export type Device = Schemas["DeviceOut"];
export type Facts = Schemas["FactsOut"];
export type Software = Schemas["SoftwareOut"];
export type Update = Schemas["PendingUpdateOut"];
export type UpdateClass = Update["class"];
/** Without the maintenance window: the server has none to tell of yet. */
export type UpdateDeviceRow = Omit<Schemas["UpdateRowOut"], "maintenance_window">;
export type Permission = Schemas["Permission"];
export type ErrorCode = Schemas["Code"];
export type Role = Schemas["Role"];
export type Job = Schemas["JobOut"];
type JobBody = Schemas["JobCreate"];
/** A job to start; what the server has a default for may be left out. */
export type JobCreate = Pick<JobBody, "kind" | "params" | "target"> & Partial<JobBody>;
export type TaskRow = Schemas["TaskRowOut"];
export type Task = Schemas["TaskOut"];
export type TaskKind = TaskRow["kind"];
export type TaskState = TaskRow["state"];
export type Chunk = Schemas["ChunkOut"];
export type EnrollmentToken = Schemas["TokenRowOut"];
export type EnrollmentTokenCreated = Schemas["TokenCreated"];
export type AuditRow = Schemas["AuditRowOut"];
export type AuditEntry = Schemas["AuditEntryOut"];
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
  error?: { code: string; params?: Record<string, unknown>; detail?: string | null } | null;
}
