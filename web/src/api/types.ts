import type { components } from "./schema.gen.ts";

type Schemas = components["schemas"];

export type Me = Schemas["Me"];
export type MePatch = Schemas["MeUpdate"];
export type SessionState = Schemas["SessionState"]["state"];
export type TotpEnrollment = Schemas["TotpEnrollment"];
export type TenantSummary = Schemas["TenantRowOut"];
export type Tenant = Schemas["TenantOut"];
export type Site = Schemas["SiteRowOut"];
export type DeviceRow = Schemas["DeviceRowOut"];
/** A device in a list that can be searched. */
export type ListedDevice = Schemas["ListedDeviceOut"];
export type Device = Schemas["DeviceOut"];
export type Facts = Schemas["FactsOut"];
export type Software = Schemas["SoftwareOut"];
export type Update = Schemas["PendingUpdateOut"];
export type UpdateClass = Update["class"];
export type UpdateDeviceRow = Schemas["UpdateRowOut"];
export type Permission = Schemas["Permission"];
export type ErrorCode = Schemas["Code"];
export type Role = Schemas["Role"];
export type Job = Schemas["JobOut"];
type JobBody = Schemas["JobCreate"];
/** A job to start; what the server has a default for may be left out. */
export type JobCreate = Pick<JobBody, "kind" | "params" | "target"> & Partial<JobBody>;
/** What a job would be for and what it would ask for. */
export type JobPreview = Schemas["JobPreviewOut"];
/** On how many devices of a job maintenance windows say when it may begin. */
export type WindowShare = NonNullable<JobPreview["windows"]>;
export type MaintenanceWindow = Schemas["WindowOut"];
/** A window as it is written; what the server has a default for is said all the same. */
export type WindowValues = Omit<Schemas["WindowIn"], "timing"> & { timing: WindowTiming };
export type WindowTiming = Omit<Schemas["Timing"], "end_day_offset" | "recurrence"> & {
  end_day_offset?: number | null;
  recurrence: Partial<Schemas["Recurrence"]> | null;
};
export type WindowPreview = Schemas["WindowPreview"];
export type WindowVersions = Schemas["WindowVersions"];
export type DeviceWindows = Schemas["DeviceWindows"];
export type ListView = Schemas["ListViewOut"];
export type CatalogUpdate = Schemas["CatalogRowOut"];
export type JobDetail = Schemas["JobDetailOut"];
export type Home = Schemas["HomeOut"];
export type TaskRow = Schemas["TaskRowOut"];
export type Task = Schemas["TaskOut"];
export type TaskKind = TaskRow["kind"];
export type TaskState = TaskRow["state"];
export type WaitExplanation = NonNullable<Task["wait_reason"]>;
export type WaitReason = WaitExplanation["kind"];
export type Approval = Schemas["ApprovalRowOut"];
export type ApprovalDetail = Schemas["ApprovalOut"];
export type ActionClass = Approval["action_class"];
export type SafetySettings = Schemas["SafetyOut"];
export type SafetyUpdate = Schemas["SafetyUpdate"];
export type FreezeState = Schemas["FreezeOut"];
export type TenantFreeze = Schemas["TenantFreezeOut"];
export type FreezeStates = Schemas["FreezeStates"];
export type Chunk = Schemas["ChunkOut"];
export type AgentBuild = Schemas["AgentBuildOut"];
export type AgentRelease = Schemas["ReleaseOut"];
export type EnrollmentToken = Schemas["TokenRowOut"];
export type EnrollmentTokenCreated = Schemas["TokenCreated"];
export type Member = Schemas["MemberOut"];
export type Invitation = Schemas["InvitationOut"];
export type InvitationSent = Schemas["InvitationSent"];
export type InvitationView = Schemas["InvitationView"];
export type ApiKey = Schemas["ApiKeyOut"];
export type ApiKeyCreated = Schemas["ApiKeyCreated"];
export type RoleTable = Schemas["RolesOut"];
export type SignedInSession = Schemas["SessionOut"];
export type AuditRow = Schemas["AuditRowOut"];
export type AuditEntry = Schemas["AuditEntryOut"];
/** One change that the server tells of on /api/v1/events. */
export type Change = Schemas["Change"];
export type Topic = Change["topic"];
export type ProgressNote = Schemas["ProgressNote"];
/** What tasks bring, by their kind. */
export type TaskResults = Schemas["TaskResults"];
export type Trouble = Schemas["ErrorDetail"];
export type Language = Me["language"];
export type Theme = Me["theme"];
