import { useMutation } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client.ts";
import { defineList } from "@/api/defineList.ts";
import { useRefresh } from "@/api/families.ts";
import type { EnrollmentTokenCreated } from "@/api/types.ts";

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
