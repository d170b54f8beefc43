import { keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client.ts";
import type { Device, DeviceRow, Software } from "@/api/types.ts";
import type { Page } from "@/api/page.ts";
import { DEVICE_FILTERS, deviceFilterParams, type DeviceFilterKey } from "@/domain/devices/deviceFilters.ts";
import type { ScopeParams } from "@/domain/scope.ts";
import { pageParams, type ListDefinition, type ListState } from "@/ui/DataGrid/index.ts";

const SORTS = ["hostname", "last_seen_at", "enrolled_at", "agent_version", "os", "pending_updates"] as const;
export type DevicesSort = (typeof SORTS)[number];

export const devicesList: ListDefinition<DevicesSort, DeviceFilterKey> = {
  sorts: SORTS,
  sort: "hostname",
  order: "asc",
  filters: DEVICE_FILTERS,
};

export const devicesQuery = (state: ListState<DevicesSort, DeviceFilterKey>, scope: ScopeParams) => {
  const query = { ...pageParams(state), ...deviceFilterParams(state), ...scope };
  return queryOptions({
    queryKey: ["devices", "list", query],
    queryFn: ({ signal }) => unwrap<Page<DeviceRow>>(api.GET("/api/v1/devices", { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
};

export const deviceQuery = (deviceId: string) =>
  queryOptions({
    queryKey: ["devices", "detail", deviceId],
    queryFn: ({ signal }) =>
      unwrap<Device>(api.GET("/api/v1/devices/{device_id}", { params: { path: { device_id: deviceId } }, signal })),
  });

const SOFTWARE_SORTS = ["name", "version"] as const;
export type SoftwareSort = (typeof SOFTWARE_SORTS)[number];

export const softwareList: ListDefinition<SoftwareSort, never> = {
  sorts: SOFTWARE_SORTS,
  sort: "name",
  order: "asc",
  filters: {},
};

export const softwareQuery = (deviceId: string, state: ListState<SoftwareSort, never>) => {
  const query = pageParams(state);
  return queryOptions({
    queryKey: ["devices", "software", deviceId, query],
    queryFn: ({ signal }) =>
      unwrap<Page<Software>>(
        api.GET("/api/v1/devices/{device_id}/software", { params: { path: { device_id: deviceId }, query }, signal }),
      ),
    placeholderData: keepPreviousData,
  });
};

function useRefreshDevices() {
  const client = useQueryClient();
  return () => {
    for (const family of ["devices", "updates", "sites", "tenants"])
      void client.invalidateQueries({ queryKey: [family] });
  };
}

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
