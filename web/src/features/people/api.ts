import { keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client.ts";
import type {
  ApiKey,
  ApiKeyCreated,
  DeviceRow,
  Invitation,
  InvitationSent,
  Language,
  Member,
  Permission,
  Role,
  RoleTable,
} from "@/api/types.ts";
import type { Page } from "@/api/page.ts";
import { ROLES } from "@/domain/roles.ts";
import type { ScopeParams } from "@/domain/scope.ts";
import { pageParams, type ListDefinition, type ListState } from "@/ui/DataGrid/index.ts";

const MEMBER_SORTS = ["name", "email", "role", "tenant", "last_seen_at"] as const;
const INVITATION_SORTS = ["created_at", "email"] as const;
const KEY_SORTS = ["created_at", "expires_at", "name", "last_used_at"] as const;
export const INVITATION_STATES = [
  "open",
  "accepted",
  "revoked",
  "expired",
] as const satisfies readonly Invitation["state"][];
export const KEY_STATES = ["active", "revoked", "expired"] as const satisfies readonly ApiKey["state"][];
type MemberSort = (typeof MEMBER_SORTS)[number];
type InvitationSort = (typeof INVITATION_SORTS)[number];
type KeySort = (typeof KEY_SORTS)[number];

export const membersList: ListDefinition<MemberSort, "role"> = {
  sorts: MEMBER_SORTS,
  sort: "name",
  order: "asc",
  filters: { role: ROLES },
};
export const invitationsList: ListDefinition<InvitationSort, "state"> = {
  sorts: INVITATION_SORTS,
  sort: "created_at",
  order: "desc",
  filters: { state: INVITATION_STATES },
};
export const keysList: ListDefinition<KeySort, "state"> = {
  sorts: KEY_SORTS,
  sort: "created_at",
  order: "desc",
  filters: { state: KEY_STATES },
};

/** People, invitations and keys belong to a tenant as a whole: of the scope only the tenant counts. */
const tenantOf = ({ tenant_id }: ScopeParams): { tenant_id?: string[] } =>
  tenant_id === undefined ? {} : { tenant_id };
const chosen = <T extends string>(value: string | undefined): T[] | undefined => value?.split(",") as T[] | undefined;

export const membersQuery = (state: ListState<MemberSort, "role">, scope: ScopeParams) => {
  const role = chosen<Role>(state.filters.role);
  const query = { ...pageParams(state), ...(role === undefined ? {} : { role }), ...tenantOf(scope) };
  return queryOptions({
    queryKey: ["members", query],
    queryFn: ({ signal }) => unwrap<Page<Member>>(api.GET("/api/v1/members", { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
};

export const invitationsQuery = (state: ListState<InvitationSort, "state">, scope: ScopeParams) => {
  const states = chosen<Invitation["state"]>(state.filters.state);
  const query = { ...pageParams(state), ...(states === undefined ? {} : { state: states }), ...tenantOf(scope) };
  return queryOptions({
    queryKey: ["invitations", query],
    queryFn: ({ signal }) => unwrap<Page<Invitation>>(api.GET("/api/v1/invitations", { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
};

export const keysQuery = (state: ListState<KeySort, "state">, scope: ScopeParams) => {
  const states = chosen<ApiKey["state"]>(state.filters.state);
  const query = { ...pageParams(state), ...(states === undefined ? {} : { state: states }), ...tenantOf(scope) };
  return queryOptions({
    queryKey: ["api-keys", query],
    queryFn: ({ signal }) => unwrap<Page<ApiKey>>(api.GET("/api/v1/api-keys", { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
};

export const rolesQuery = queryOptions({
  queryKey: ["roles"],
  queryFn: ({ signal }) => unwrap<RoleTable>(api.GET("/api/v1/roles", { signal })),
  staleTime: Infinity,
});

function useRefreshing<Body, Answer>(topics: string[], send: (body: Body) => Promise<Answer>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: send,
    onSettled: () => {
      for (const topic of topics) void client.invalidateQueries({ queryKey: [topic] });
    },
  });
}

/** Which sites something is for: all of them is said, never meant by leaving them out. */
export type Sites = "all" | string[];

export interface RoleAndSites {
  role: Role;
  sites: Sites;
}

export const useChangeMember = () =>
  useRefreshing(["members", "me"], ({ id, ...body }: RoleAndSites & { id: string }) =>
    unwrap<Member>(api.PATCH("/api/v1/members/{membership_id}", { params: { path: { membership_id: id } }, body })),
  );

export const useRemoveMember = () =>
  useRefreshing(["members", "me"], (id: string) =>
    unwrap(api.DELETE("/api/v1/members/{membership_id}", { params: { path: { membership_id: id } } })),
  );

export interface NewInvitation extends RoleAndSites {
  tenant_id: string;
  email: string;
  language: Language;
}

export const useInvite = () =>
  useRefreshing(["invitations"], (body: NewInvitation) =>
    unwrap<InvitationSent>(api.POST("/api/v1/invitations", { body })),
  );

export const useResendInvitation = () =>
  useRefreshing(["invitations"], (id: string) =>
    unwrap<InvitationSent>(
      api.POST("/api/v1/invitations/{invitation_id}/resend", { params: { path: { invitation_id: id } } }),
    ),
  );

export const useRevokeInvitation = () =>
  useRefreshing(["invitations"], (id: string) =>
    unwrap(api.POST("/api/v1/invitations/{invitation_id}/revoke", { params: { path: { invitation_id: id } } })),
  );

const MOST_DEVICES = 100;

/** Devices of a tenant to choose from. */
export const deviceChoices = (tenantId: string, search: string) => {
  const query = {
    limit: MOST_DEVICES,
    sort: "hostname",
    order: "asc" as const,
    tenant_id: [tenantId],
    ...(search === "" ? {} : { q: search }),
  };
  return queryOptions({
    queryKey: ["devices", "choices", query],
    queryFn: ({ signal }) => unwrap<Page<DeviceRow>>(api.GET("/api/v1/devices", { params: { query }, signal })),
  });
};

export interface NewKey {
  tenant_id: string;
  name: string;
  scopes: Permission[];
  sites: Sites;
  devices: "all" | string[];
  per_hour: number;
  valid_days: number;
}

export const useCreateKey = () =>
  useRefreshing(["api-keys"], (body: NewKey) => unwrap<ApiKeyCreated>(api.POST("/api/v1/api-keys", { body })));

export const useRevokeKey = () =>
  useRefreshing(["api-keys"], (id: string) =>
    unwrap(api.POST("/api/v1/api-keys/{key_id}/revoke", { params: { path: { key_id: id } } })),
  );
