import { queryOptions, useMutation } from "@tanstack/react-query";
import { api, ifMatch, unwrap } from "@/api/client.ts";
import { defineList } from "@/api/defineList.ts";
import { useRefresh, type Family } from "@/api/families.ts";
import type { Page } from "@/api/page.ts";
import type {
  ApiKeyCreated,
  DeviceRow,
  InvitationSent,
  Language,
  Member,
  Permission,
  Role,
  RoleTable,
} from "@/api/types.ts";
import { ROLES } from "@/domain/roles.ts";

// People, invitations and keys belong to a tenant as a whole: of the scope only the tenant counts.
export const membersList = defineList("/api/v1/members", {
  id: "members",
  key: ["members", "list"],
  sorts: ["name", "email", "role", "tenant", "last_seen_at"],
  sort: "name",
  order: "asc",
  filters: { role: { type: "many", param: "role", values: ROLES } },
  isSearchable: true,
  scope: "tenant",
});

export const invitationsList = defineList("/api/v1/invitations", {
  id: "invitations",
  key: ["invitations", "list"],
  sorts: ["created_at", "email"],
  sort: "created_at",
  order: "desc",
  filters: { state: { type: "many", param: "state", values: ["open", "accepted", "revoked", "expired"] } },
  isSearchable: true,
  scope: "tenant",
});

export const keysList = defineList("/api/v1/api-keys", {
  id: "api-keys",
  key: ["api-keys", "list"],
  sorts: ["created_at", "expires_at", "name", "last_used_at"],
  sort: "created_at",
  order: "desc",
  filters: { state: { type: "many", param: "state", values: ["active", "revoked", "expired"] } },
  isSearchable: true,
  scope: "tenant",
});

export const rolesQuery = queryOptions({
  queryKey: ["roles"],
  queryFn: ({ signal }) => unwrap<RoleTable>(api.GET("/api/v1/roles", { signal })),
  staleTime: Infinity,
});

function useRefreshing<Body, Answer>(families: Family[], send: (body: Body) => Promise<Answer>) {
  return useMutation({
    mutationFn: send,
    onSettled: useRefresh(...families),
  });
}

/** Which sites something is for: all of them is said, never meant by leaving them out. */
export type Sites = "all" | string[];

export interface RoleAndSites {
  role: Role;
  sites: Sites;
}

export const useChangeMember = () =>
  useRefreshing(["members", "me"], ({ seen, ...body }: RoleAndSites & { seen: Member }) =>
    unwrap<Member>(
      api.PATCH("/api/v1/members/{membership_id}", {
        params: { path: { membership_id: seen.id }, header: ifMatch(seen) },
        body,
      }),
    ),
  );

/** A membership as it stands there now. */
export const readMember = (id: string) =>
  unwrap<Member>(api.GET("/api/v1/members/{membership_id}", { params: { path: { membership_id: id } } }));

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
    sort: "hostname" as const,
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
