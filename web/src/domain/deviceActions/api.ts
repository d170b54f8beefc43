import { useMutation } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client.ts";
import { useRefresh } from "@/api/families.ts";

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
