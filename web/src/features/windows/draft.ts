import type { MaintenanceWindow, WindowValues } from "@/api/types.ts";

export const DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"] as const;
export type Repeat = "weekly" | "patch" | "rule" | "once";

/** What the form holds: a field for each that the server may find fault with, under the server's name. */
export interface WindowForm {
  tenant_id: string;
  name: string;
  kind: MaintenanceWindow["kind"];
  scope: MaintenanceWindow["scope"];
  site_id: string | null;
  classes: MaintenanceWindow["classes"];
  repeat: Repeat;
  days: string[];
  rrule: string;
  patch_tuesday_offset_days: number;
  start: string;
  end: string;
  end_day_offset: number | "";
  starts_on: string;
  ends_on: string;
  zone: string;
  margin_minutes: number;
  enabled: boolean;
  note: string;
}

type Timing = WindowValues["timing"];

const WEEKLY = /^FREQ=WEEKLY;BYDAY=((?:MO|TU|WE|TH|FR|SA|SU)(?:,(?:MO|TU|WE|TH|FR|SA|SU))*)$/;

function repetition({
  recurrence,
}: Timing): Pick<WindowForm, "repeat" | "days" | "rrule" | "patch_tuesday_offset_days"> {
  const plain = { repeat: "once" as Repeat, days: [...DAYS], rrule: "", patch_tuesday_offset_days: 0 };
  if (recurrence === null) return plain;
  const { rrule = null, patch_tuesday_offset_days: offset = null } = recurrence;
  if (offset !== null) return { ...plain, repeat: "patch", patch_tuesday_offset_days: offset };
  const weekly = WEEKLY.exec(rrule ?? "");
  return weekly?.[1] === undefined
    ? { ...plain, repeat: "rule", rrule: rrule ?? "" }
    : { ...plain, repeat: "weekly", days: weekly[1].split(","), rrule: rrule ?? "" };
}

/** A window as the form shows it; without one, every night from today on. */
export function formOf(window: MaintenanceWindow | undefined, tenantId: string, today: string): WindowForm {
  if (window === undefined) {
    const weekly = { repeat: "weekly" as Repeat, days: [...DAYS], rrule: "", patch_tuesday_offset_days: 0 };
    const times = { start: "22:00", end: "05:00", end_day_offset: "" as const, starts_on: today, ends_on: "" };
    const rest = { zone: "site", margin_minutes: 0, enabled: true, note: "" };
    const place = { kind: "window" as const, scope: "tenant" as const, site_id: null };
    return { tenant_id: tenantId, name: "", ...place, classes: ["update", "restart"], ...weekly, ...times, ...rest };
  }
  const timing = window.timing as Timing;
  const { name, kind, scope, site_id, classes, margin_minutes, enabled, note, tenant_id } = window;
  return {
    ...{ tenant_id, name, kind, scope, site_id, classes, margin_minutes, enabled, note },
    ...repetition(timing),
    start: timing.start,
    end: timing.end,
    end_day_offset: timing.end_day_offset ?? "",
    starts_on: timing.starts_on,
    ends_on: timing.ends_on ?? "",
    zone: timing.zone,
  };
}

function recurrenceOf(form: WindowForm): Timing["recurrence"] {
  if (form.repeat === "once") return null;
  if (form.repeat === "patch") return { patch_tuesday_offset_days: form.patch_tuesday_offset_days };
  if (form.repeat === "rule") return { rrule: form.rrule.trim() };
  return { rrule: `FREQ=WEEKLY;BYDAY=${DAYS.filter((day) => form.days.includes(day)).join(",")}` };
}

/** What the form says, as the server takes it; what it does not show stays as the window has it. */
export function valuesOf(form: WindowForm, window: MaintenanceWindow | undefined): WindowValues {
  const { name, kind, scope, site_id, classes, margin_minutes, enabled, note, start, end, starts_on, zone } = form;
  const before = window?.timing as Timing | undefined;
  return {
    ...{ name: name.trim(), kind, scope, classes, margin_minutes, enabled, note: note.trim() },
    site_id: scope === "site" ? site_id : null,
    device_id: scope === "device" ? (window?.device_id ?? null) : null,
    timing: {
      recurrence: recurrenceOf(form),
      ...{ start, end, starts_on, zone },
      ends_on: form.ends_on === "" ? null : form.ends_on,
      ...(form.end_day_offset === "" ? {} : { end_day_offset: form.end_day_offset }),
      except_dates: before?.except_dates ?? [],
    },
  };
}
