import { queryOptions, useMutation } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client.ts";
import { defineList } from "@/api/defineList.ts";
import { useRefresh } from "@/api/families.ts";
import type { Tenant } from "@/api/types.ts";

export const tenantsList = defineList("/api/v1/tenants", {
  id: "tenants",
  key: ["tenants", "list"],
  sorts: ["name", "created_at"],
  sort: "name",
  order: "asc",
  filters: {},
  isSearchable: true,
  scope: "none",
});

export const tenantQuery = (tenantId: string) =>
  queryOptions({
    queryKey: ["tenants", "detail", tenantId],
    queryFn: ({ signal }) =>
      unwrap<Tenant>(api.GET("/api/v1/tenants/{tenant_id}", { params: { path: { tenant_id: tenantId } }, signal })),
  });

/** Sites of one tenant, which its page names. */
export const sitesList = defineList("/api/v1/sites", {
  id: "sites",
  key: ["sites", "list"],
  sorts: ["name", "created_at"],
  sort: "name",
  order: "asc",
  filters: {},
  isSearchable: true,
  scope: "none",
});

const useRefreshTenancy = () => useRefresh("tenants", "sites", "me", "devices", "updates");

export interface TenantValues {
  name: string;
  output_retention_days?: number;
  agent_updates?: boolean;
}

/** Creates a tenant, or changes the one with the given id. */
export function useSaveTenant() {
  return useMutation({
    mutationFn: ({ id, values }: { id?: string; values: TenantValues }) =>
      unwrap<Tenant>(
        id === undefined
          ? api.POST("/api/v1/tenants", { body: { name: values.name } })
          : api.PATCH("/api/v1/tenants/{tenant_id}", { params: { path: { tenant_id: id } }, body: values }),
      ),
    onSuccess: useRefreshTenancy(),
  });
}

export function useDeleteTenant() {
  return useMutation({
    mutationFn: (id: string) =>
      unwrap(api.DELETE("/api/v1/tenants/{tenant_id}", { params: { path: { tenant_id: id } } })),
    onSuccess: useRefreshTenancy(),
  });
}

export interface SiteValues {
  name: string;
  time_zone: string;
}

/** Creates a site in a tenant, or changes the one with the given id. */
export function useSaveSite(tenantId: string) {
  return useMutation({
    mutationFn: ({ id, values }: { id?: string; values: SiteValues }) =>
      unwrap(
        id === undefined
          ? api.POST("/api/v1/sites", { body: { tenant_id: tenantId, ...values } })
          : api.PATCH("/api/v1/sites/{site_id}", { params: { path: { site_id: id } }, body: values }),
      ),
    onSuccess: useRefreshTenancy(),
  });
}

export function useDeleteSite() {
  return useMutation({
    mutationFn: (id: string) => unwrap(api.DELETE("/api/v1/sites/{site_id}", { params: { path: { site_id: id } } })),
    onSuccess: useRefreshTenancy(),
  });
}
