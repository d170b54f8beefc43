import { keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client.ts";
import type { EnrollmentToken, EnrollmentTokenCreated } from "@/api/types.ts";
import type { Page } from "@/api/page.ts";
import type { ScopeParams } from "@/domain/scope.ts";
import { pageParams, type ListDefinition, type ListState } from "@/ui/DataGrid/index.ts";

const SORTS = ["created_at", "label", "expires_at"] as const;
export const TOKEN_STATES = [
  "active",
  "used_up",
  "expired",
  "revoked",
] as const satisfies readonly EnrollmentToken["state"][];
type Sort = (typeof SORTS)[number];
type TokenState = (typeof TOKEN_STATES)[number];

export const tokensList: ListDefinition<Sort, "state"> = {
  sorts: SORTS,
  sort: "created_at",
  order: "desc",
  filters: { state: TOKEN_STATES },
};

export const tokensQuery = (state: ListState<Sort, "state">, scope: ScopeParams) => {
  const { state: states } = state.filters;
  const query = {
    ...pageParams(state),
    ...(states === undefined ? {} : { state: states.split(",") as TokenState[] }),
    ...scope,
  };
  return queryOptions({
    queryKey: ["tokens", "list", query],
    queryFn: ({ signal }) =>
      unwrap<Page<EnrollmentToken>>(api.GET("/api/v1/enrollment-tokens", { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
};

export interface NewToken {
  tenant_id: string;
  site_id: string;
  label: string;
  valid_seconds: number;
  max_uses: number;
}

export function useCreateToken() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: NewToken) => unwrap<EnrollmentTokenCreated>(api.POST("/api/v1/enrollment-tokens", { body })),
    onSuccess: () => void client.invalidateQueries({ queryKey: ["tokens"] }),
  });
}

export function useRevokeToken() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (tokenId: string) =>
      unwrap(api.POST("/api/v1/enrollment-tokens/{token_id}/revoke", { params: { path: { token_id: tokenId } } })),
    onSettled: () => void client.invalidateQueries({ queryKey: ["tokens"] }),
  });
}
