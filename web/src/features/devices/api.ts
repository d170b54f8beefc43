import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client.ts";
import { defineList } from "@/api/defineList.ts";
import type { Device } from "@/api/types.ts";
import { DEVICE_FILTERS } from "@/domain/devices/deviceFilters.ts";

export const devicesList = defineList("/api/v1/devices", {
  id: "devices",
  key: ["devices", "list"],
  sorts: [
    "hostname",
    "tenant",
    "site",
    "user",
    "os",
    "pending_updates",
    "restart_required",
    "disk_verdict",
    "last_seen_at",
    "agent_version",
    "enrolled_at",
  ],
  sort: "hostname",
  order: "asc",
  filters: DEVICE_FILTERS,
  isSearchable: true,
  scope: "site",
});

export const deviceQuery = (deviceId: string) =>
  queryOptions({
    queryKey: ["devices", "detail", deviceId],
    queryFn: ({ signal }) =>
      unwrap<Device>(api.GET("/api/v1/devices/{device_id}", { params: { path: { device_id: deviceId } }, signal })),
  });

/** Software of one device, which its page names. */
export const softwareList = defineList("/api/v1/devices/{device_id}/software", {
  id: "software",
  key: ["devices", "software"],
  sorts: ["name", "version"],
  sort: "name",
  order: "asc",
  filters: {},
  isSearchable: true,
  scope: "none",
});
