import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, ifMatch, unwrap } from "@/api/client.ts";
import type { Page } from "@/api/page.ts";
import type { SafetySettings, SafetyUpdate, TenantSummary } from "@/api/types.ts";
import { safetyQuery } from "@/domain/safety.ts";

const MOST_TENANTS = 200;

/** The tenants among which the page chooses. */
export const tenantChoices = queryOptions({
  queryKey: ["tenants", "choices"],
  queryFn: ({ signal }) =>
    unwrap<Page<TenantSummary>>(
      api.GET("/api/v1/tenants", { params: { query: { limit: MOST_TENANTS, sort: "name", order: "asc" } }, signal }),
    ),
  staleTime: 60_000,
});

export function useSaveSafety(tenantId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ seen, body }: { seen: SafetySettings; body: SafetyUpdate }) =>
      unwrap<SafetySettings>(
        api.PUT("/api/v1/tenants/{tenant_id}/safety", {
          params: { path: { tenant_id: tenantId }, header: ifMatch(seen) },
          body,
        }),
      ),
    onSuccess: (settings) => {
      client.setQueryData(safetyQuery(tenantId).queryKey, settings);
    },
  });
}
