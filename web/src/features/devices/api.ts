import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client.ts";
import { defineList } from "@/api/defineList.ts";
import type { Device, DeviceWindows } from "@/api/types.ts";
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

/** Whether work of each class may begin on a device now. */
export const deviceWindowsQuery = (deviceId: string) =>
  queryOptions({
    queryKey: ["windows", "device", deviceId],
    queryFn: ({ signal }) =>
      unwrap<DeviceWindows>(
        api.GET("/api/v1/devices/{device_id}/windows", { params: { path: { device_id: deviceId } }, signal }),
      ),
    // Windows open and close without anybody changing anything.
    refetchInterval: 60_000,
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
