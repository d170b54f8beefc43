import { keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client.ts";
import type { Site, Tenant, TenantSummary } from "@/api/types.ts";
import type { Page } from "@/api/page.ts";
import { pageParams, type ListDefinition, type ListState } from "@/ui/DataGrid/index.ts";

const TENANT_SORTS = ["name", "created_at"] as const;
type TenantSort = (typeof TENANT_SORTS)[number];
export const tenantsList: ListDefinition<TenantSort, never> = {
  sorts: TENANT_SORTS,
  sort: "name",
  order: "asc",
  filters: {},
};

export const tenantsQuery = (state: ListState<TenantSort, never>) => {
  const query = pageParams(state);
  return queryOptions({
    queryKey: ["tenants", "list", query],
    queryFn: ({ signal }) => unwrap<Page<TenantSummary>>(api.GET("/api/v1/tenants", { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
};

export const tenantQuery = (tenantId: string) =>
  queryOptions({
    queryKey: ["tenants", "detail", tenantId],
    queryFn: ({ signal }) =>
      unwrap<Tenant>(api.GET("/api/v1/tenants/{tenant_id}", { params: { path: { tenant_id: tenantId } }, signal })),
  });

const SITE_SORTS = ["name", "created_at"] as const;
type SiteSort = (typeof SITE_SORTS)[number];
export const sitesList: ListDefinition<SiteSort, never> = {
  sorts: SITE_SORTS,
  sort: "name",
  order: "asc",
  filters: {},
};

export const tenantSitesQuery = (tenantId: string, state: ListState<SiteSort, never>) => {
  const query = { ...pageParams(state), tenant_id: [tenantId] };
  return queryOptions({
    queryKey: ["sites", "list", query],
    queryFn: ({ signal }) => unwrap<Page<Site>>(api.GET("/api/v1/sites", { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
};

function useRefreshTenancy() {
  const client = useQueryClient();
  return () => {
    for (const family of ["tenants", "sites", "me", "devices", "updates"])
      void client.invalidateQueries({ queryKey: [family] });
  };
}

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
