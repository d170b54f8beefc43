import { queryOptions, useMutation } from "@tanstack/react-query";
import { api, ifMatch, unwrap } from "@/api/client.ts";
import { defineList } from "@/api/defineList.ts";
import { useRefresh } from "@/api/families.ts";
import type { Site, Tenant } from "@/api/types.ts";

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

/** A tenant as it stands there now. */
export const readTenant = (tenantId: string) =>
  unwrap<Tenant>(api.GET("/api/v1/tenants/{tenant_id}", { params: { path: { tenant_id: tenantId } } }));

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

/** Creates a tenant, or changes the one that was read. */
export function useSaveTenant() {
  return useMutation({
    mutationFn: ({ seen, values }: { seen?: Pick<Tenant, "id" | "version"> | undefined; values: TenantValues }) =>
      unwrap<Tenant>(
        seen === undefined
          ? api.POST("/api/v1/tenants", { body: { name: values.name } })
          : api.PATCH("/api/v1/tenants/{tenant_id}", {
              params: { path: { tenant_id: seen.id }, header: ifMatch(seen) },
              body: values,
            }),
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

/** A site as it stands there now. */
export const readSite = (siteId: string) =>
  unwrap<Site>(api.GET("/api/v1/sites/{site_id}", { params: { path: { site_id: siteId } } }));

/** Creates a site in a tenant, or changes the one that was read. */
export function useSaveSite(tenantId: string) {
  return useMutation({
    mutationFn: ({ seen, values }: { seen?: Pick<Site, "id" | "version"> | undefined; values: SiteValues }) =>
      unwrap(
        seen === undefined
          ? api.POST("/api/v1/sites", { body: { tenant_id: tenantId, ...values } })
          : api.PATCH("/api/v1/sites/{site_id}", {
              params: { path: { site_id: seen.id }, header: ifMatch(seen) },
              body: values,
            }),
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
