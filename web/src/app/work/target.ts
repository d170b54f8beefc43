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

/** Ticked rows as a target: their ids, or, for "all that match", the filter and how many the reader saw. */
export function selected(selection: Selection<DeviceRow>, filter: Record<string, unknown>): Target {
  const hosts = selection.rows.map((row) => row.hostname);
  if (!selection.all) return { target: { device_ids: selection.rows.map((row) => row.id) }, hosts, count: selection.count };
  return { target: { filter, expected_count: selection.count } as JobCreate["target"], hosts, count: selection.count };
}
