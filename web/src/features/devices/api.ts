import { queryOptions, useMutation } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client.ts";
import { defineList } from "@/api/defineList.ts";
import { useRefresh } from "@/api/families.ts";
import type { Device } from "@/api/types.ts";
import { DEVICE_FILTERS } from "@/domain/devices/deviceFilters.ts";

export const devicesList = defineList("/api/v1/devices", {
  id: "devices",
  key: ["devices", "list"],
  sorts: ["hostname", "last_seen_at", "enrolled_at", "agent_version", "os", "pending_updates"],
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

const useRefreshDevices = () => useRefresh("devices", "updates", "sites", "tenants");

export function useMoveDevices() {
  return useMutation({
    mutationFn: (body: { device_ids: string[]; site_id: string }) =>
      unwrap<{ moved: number }>(api.POST("/api/v1/devices/move", { body })),
    onSuccess: useRefreshDevices(),
  });
}

export function useRevokeDevice() {
  return useMutation({
    mutationFn: (deviceId: string) =>
      unwrap(api.POST("/api/v1/devices/{device_id}/revoke", { params: { path: { device_id: deviceId } } })),
    onSuccess: useRefreshDevices(),
  });
}

export function useRemoveDevice() {
  return useMutation({
    mutationFn: (deviceId: string) =>
      unwrap(api.DELETE("/api/v1/devices/{device_id}", { params: { path: { device_id: deviceId } } })),
    onSuccess: useRefreshDevices(),
  });
}
