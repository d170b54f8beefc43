import type { DeviceRow, JobCreate } from "@/api/types.ts";
import type { Selection } from "@/ui/DataGrid/index.ts";

interface Target {
  target: JobCreate["target"];
  hosts: string[];
  count: number;
}

/** One device as the target of a job. */
export function oneDevice(device: Pick<DeviceRow, "id" | "hostname">): Target {
  return { target: { device_ids: [device.id] }, hosts: [device.hostname], count: 1 };
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
export function selected(selection: Selection<Pick<DeviceRow, "id" | "hostname">>, filter: object): Target {
  const hosts = selection.rows.map((row) => row.hostname);
  if (!selection.all)
    return { target: { device_ids: selection.rows.map((row) => row.id) }, hosts, count: selection.count };
  return { target: matching(filter, selection.count), hosts, count: selection.count };
}
