import { keepPreviousData, queryOptions, useMutation } from "@tanstack/react-query";
import { api, ifMatch, unwrap } from "@/api/client.ts";
import { defineList } from "@/api/defineList.ts";
import { useRefresh } from "@/api/families.ts";
import type { MaintenanceWindow, WindowPreview, WindowValues, WindowVersions } from "@/api/types.ts";

export const WINDOW_CLASSES = ["update", "app_update", "restart", "backup", "script"] as const;

export const windowsList = defineList("/api/v1/windows", {
  id: "windows",
  key: ["windows", "list"],
  sorts: ["name", "tenant", "kind", "changed_at"],
  sort: "name",
  order: "asc",
  filters: {
    kind: { type: "many", param: "kind", values: ["window", "extra", "blackout"] },
    class: { type: "one", param: "window_class", values: WINDOW_CLASSES },
  },
  isSearchable: false,
  scope: "tenant",
});

const at = (windowId: string) => ({ params: { path: { window_id: windowId } } });

/** A window as it stands there now. */
export const readWindow = (windowId: string) =>
  unwrap<MaintenanceWindow>(api.GET("/api/v1/windows/{window_id}", at(windowId)));

export const versionsQuery = (windowId: string) =>
  queryOptions({
    queryKey: ["windows", "versions", windowId],
    queryFn: ({ signal }) =>
      unwrap<WindowVersions>(api.GET("/api/v1/windows/{window_id}/versions", { ...at(windowId), signal })),
  });

/** What a draft would do; the server alone computes occurrences. */
export const previewQuery = (tenantId: string, draft: WindowValues, windowId: string | null) =>
  queryOptions({
    queryKey: ["windows", "preview", tenantId, draft, windowId],
    queryFn: ({ signal }) =>
      unwrap<WindowPreview>(
        api.POST("/api/v1/windows/preview", {
          body: { tenant_id: tenantId, draft, window_id: windowId, device_ids: [] },
          signal,
        }),
      ),
    enabled: tenantId !== "",
    placeholderData: keepPreviousData,
    retry: false,
  });

type Seen = Pick<MaintenanceWindow, "id" | "version">;

const useRefreshWindows = () => useRefresh("windows", "tasks");

/** Creates a window of a customer, or changes the one that was read. */
export function useSaveWindow() {
  return useMutation({
    mutationFn: ({ seen, tenantId, values }: { seen: Seen | undefined; tenantId: string; values: WindowValues }) =>
      unwrap<MaintenanceWindow>(
        seen === undefined
          ? api.POST("/api/v1/windows", { body: { tenant_id: tenantId, ...values } })
          : api.PATCH("/api/v1/windows/{window_id}", {
              params: { path: { window_id: seen.id }, header: ifMatch(seen) },
              body: values,
            }),
      ),
    onSuccess: useRefreshWindows(),
  });
}

export function useRestoreWindow(seen: Seen) {
  return useMutation({
    mutationFn: (version: number) =>
      unwrap<MaintenanceWindow>(
        api.POST("/api/v1/windows/{window_id}/restore", {
          params: { path: { window_id: seen.id }, header: ifMatch(seen) },
          body: { version },
        }),
      ),
    onSuccess: useRefreshWindows(),
  });
}

export function useDeleteWindow() {
  return useMutation({
    mutationFn: (id: string) => unwrap(api.DELETE("/api/v1/windows/{window_id}", at(id))),
    onSuccess: useRefreshWindows(),
  });
}
