import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, ApiError, unwrap } from "@/api/client.ts";
import type { Page } from "@/api/page.ts";
import type { Approval, FreezeStates, SafetySettings, TaskKind } from "@/api/types.ts";
import { KINDS } from "./kinds/index.ts";
import { useCan } from "./permissions.ts";
import { useScope } from "./scope.ts";

/** What a tenant asks for until it decides otherwise; the server's default. */
const CONFIRM_ABOVE = 10;

export const safetyQuery = (tenantId: string) =>
  queryOptions({
    queryKey: ["safety", tenantId],
    queryFn: ({ signal }) =>
      unwrap<SafetySettings>(
        api.GET("/api/v1/tenants/{tenant_id}/safety", { params: { path: { tenant_id: tenantId } }, signal }),
      ),
  });

export const pendingApprovalsQuery = (tenantIds: string[] | undefined) => {
  const query = { state: ["pending" as const], limit: 1, ...(tenantIds === undefined ? {} : { tenant_id: tenantIds }) };
  return queryOptions({
    queryKey: ["approvals", "badge", query],
    queryFn: ({ signal }) => unwrap<Page<Approval>>(api.GET("/api/v1/approvals", { params: { query }, signal })),
  });
};

/** Whether anybody has ever needed a second person: one row of all requests, whatever became of them. */
export const anyApprovalQuery = () =>
  queryOptions({
    queryKey: ["approvals", "any"],
    queryFn: ({ signal }) =>
      unwrap<Page<Approval>>(api.GET("/api/v1/approvals", { params: { query: { limit: 1 } }, signal })),
  });

/** What is frozen now; with a tenant, also that tenant when it is not. */
export const freezeQuery = (tenantId?: string) =>
  queryOptions({
    queryKey: ["freeze", tenantId ?? null],
    queryFn: ({ signal }) =>
      unwrap<FreezeStates>(
        api.GET("/api/v1/safety/freeze", {
          params: { query: tenantId === undefined ? {} : { tenant_id: [tenantId] } },
          signal,
        }),
      ),
  });

/** Above how many devices a kind of work wants their number typed; undefined = the dialog's own measure. */
export function useTypedAbove(kind: TaskKind | undefined): number | undefined {
  const { tenant } = useScope();
  const can = useCan();
  const guarded = kind !== undefined && KINDS[kind].isGuarded;
  const { data } = useQuery({
    ...safetyQuery(tenant ?? ""),
    enabled: guarded && tenant !== undefined && can("safety:read", tenant),
  });
  return guarded ? (data?.confirm_above ?? CONFIRM_ABOVE) : undefined;
}

/** The number that the server wants typed before it starts the work; null for any other error. */
export function confirmationCount(error: unknown): number | null {
  if (!(error instanceof ApiError) || error.code !== "job.confirm_required") return null;
  const { count } = error.params;
  return typeof count === "number" ? count : null;
}
