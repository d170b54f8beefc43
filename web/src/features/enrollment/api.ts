import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client.ts";
import { defineList } from "@/api/defineList.ts";
import { useRefresh } from "@/api/families.ts";
import type { AgentBuild, EnrollmentTokenCreated, Tenant } from "@/api/types.ts";

export const tokensList = defineList("/api/v1/enrollment-tokens", {
  id: "tokens",
  key: ["tokens", "list"],
  sorts: ["created_at", "label", "expires_at"],
  sort: "created_at",
  order: "desc",
  filters: { state: { type: "many", param: "state", values: ["active", "used_up", "expired", "revoked"] } },
  isSearchable: true,
  scope: "site",
});

export interface NewToken {
  tenant_id: string;
  site_id: string;
  label: string;
  valid_seconds: number;
  max_uses: number;
}

export function useCreateToken() {
  return useMutation({
    mutationFn: (body: NewToken) => unwrap<EnrollmentTokenCreated>(api.POST("/api/v1/enrollment-tokens", { body })),
    onSuccess: useRefresh("tokens"),
  });
}

export function useRevokeToken() {
  return useMutation({
    mutationFn: (tokenId: string) =>
      unwrap(api.POST("/api/v1/enrollment-tokens/{token_id}/revoke", { params: { path: { token_id: tokenId } } })),
    onSettled: useRefresh("tokens"),
  });
}

export type Platform = AgentBuild["platform"];

const BUILD_LOOK_MS = 2000;

/** For each platform: its installer, or how far its build is; asked again while one is under way. */
export const buildsQuery = queryOptions({
  queryKey: ["agent-builds"],
  queryFn: ({ signal }) => unwrap<AgentBuild[]>(api.GET("/api/v1/agent-builds", { signal })),
  refetchInterval: ({ state }) =>
    state.data?.some((build) => build.state === "wanted" || build.state === "building") ? BUILD_LOOK_MS : false,
});

export function useWantBuild() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { tenant_id: string; platform: Platform }) =>
      unwrap<AgentBuild[]>(api.POST("/api/v1/agent-builds", { body })),
    onSuccess: (builds) => {
      client.setQueryData(buildsQuery.queryKey, builds);
    },
  });
}

/** A new customer; its id. */
export function useNewTenant() {
  return useMutation({
    mutationFn: (name: string) => unwrap<Tenant>(api.POST("/api/v1/tenants", { body: { name } })),
    onSuccess: useRefresh("tenants", "sites", "me", "home"),
  });
}

/** A new site, in the time zone of this browser. */
export function useNewSite() {
  return useMutation({
    mutationFn: (body: { tenant_id: string; name: string }) =>
      unwrap(
        api.POST("/api/v1/sites", { body: { ...body, time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone } }),
      ),
    onSuccess: useRefresh("tenants", "sites", "home"),
  });
}
