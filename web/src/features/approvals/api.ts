import { keepPreviousData, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client.ts";
import type { Approval, ApprovalDetail } from "@/api/types.ts";
import type { Page } from "@/api/page.ts";
import { pageParams, type ListDefinition, type ListState } from "@/ui/DataGrid/index.ts";

const SORTS = ["requested_at", "expires_at", "device_count"] as const;
export const APPROVAL_STATES = [
  "pending",
  "approved",
  "rejected",
  "withdrawn",
  "expired",
] as const satisfies readonly Approval["state"][];
type Sort = (typeof SORTS)[number];
type State = (typeof APPROVAL_STATES)[number];

export const approvalsList: ListDefinition<Sort, "state"> = {
  sorts: SORTS,
  sort: "requested_at",
  order: "desc",
  filters: { state: APPROVAL_STATES },
};

export const approvalsQuery = (state: ListState<Sort, "state">, tenantIds: string[] | undefined) => {
  const { state: states } = state.filters;
  const { limit, sort, order, cursor } = pageParams(state);
  const query = {
    limit,
    sort,
    order,
    ...(cursor === undefined ? {} : { cursor }),
    ...(states === undefined ? {} : { state: states.split(",") as State[] }),
    ...(tenantIds === undefined ? {} : { tenant_id: tenantIds }),
  };
  return queryOptions({
    queryKey: ["approvals", "list", query],
    queryFn: ({ signal }) => unwrap<Page<Approval>>(api.GET("/api/v1/approvals", { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
};

export const approvalQuery = (approvalId: string) =>
  queryOptions({
    queryKey: ["approvals", "detail", approvalId],
    queryFn: ({ signal }) =>
      unwrap<ApprovalDetail>(
        api.GET("/api/v1/approvals/{approval_id}", { params: { path: { approval_id: approvalId } }, signal }),
      ),
  });

export type Decision = "approve" | "reject";

export function useDecide(approvalId: string) {
  const client = useQueryClient();
  const call = { params: { path: { approval_id: approvalId } } };
  return useMutation({
    mutationFn: ({ decision, comment }: { decision: Decision; comment: string }) =>
      unwrap<ApprovalDetail>(
        decision === "approve"
          ? api.POST("/api/v1/approvals/{approval_id}/approve", { ...call, body: { comment } })
          : api.POST("/api/v1/approvals/{approval_id}/reject", { ...call, body: { comment } }),
      ),
    onSettled: () => {
      for (const family of ["approvals", "tasks", "jobs"]) void client.invalidateQueries({ queryKey: [family] });
    },
  });
}
