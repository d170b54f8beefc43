import type { DeviceRow, JobCreate } from "@/api/types.ts";
import type { Selection } from "@/ui/DataGrid/index.ts";
import type { JobRequest } from "./context.ts";

export type Target = Pick<JobRequest, "target" | "hosts" | "count" | "families" | "device">;
type Row = Pick<DeviceRow, "id" | "hostname" | "os_family">;

function familiesOf(rows: readonly Row[]): DeviceRow["os_family"][] {
  return [...new Set(rows.map((row) => row.os_family))];
}

/** One device as the target of a job. */
export function oneDevice(device: Row): Target {
  return {
    target: { device_ids: [device.id] },
    hosts: [device.hostname],
    count: 1,
    families: [device.os_family],
    device,
  };
}

/**
 * Everything that a list's filter matches, and how many the reader saw. What narrows nothing is said as "all": the
 * server never takes leaving out for everything.
 * The status of devices narrows nothing: work is for active ones only, whatever the list shows.
 */
export function matching(filter: object, count: number): JobCreate["target"] {
  const said = Object.entries(filter).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const narrows = said.some(([name]) => name !== "status");
  return { filter: { ...Object.fromEntries(said), ...(narrows ? {} : { all: true }) }, expected_count: count };
}

/** Ticked rows as a target: their ids, or, for "all that match", the filter and how many the reader saw. */
export function selected(selection: Selection<Row>, filter: object): Target {
  const hosts = selection.rows.map((row) => row.hostname);
  const [only] = selection.rows;
  if (!selection.all && selection.rows.length === 1 && only !== undefined) return oneDevice(only);
  if (!selection.all) {
    const ids = selection.rows.map((row) => row.id);
    return { target: { device_ids: ids }, hosts, count: selection.count, families: familiesOf(selection.rows) };
  }
  return { target: matching(filter, selection.count), hosts, count: selection.count, families: [] };
}
