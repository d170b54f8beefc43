import { queryOptions, useMutation } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client.ts";
import { defineList } from "@/api/defineList.ts";
import { useRefresh } from "@/api/families.ts";
import type { ApprovalDetail } from "@/api/types.ts";

export const approvalsList = defineList("/api/v1/approvals", {
  id: "approvals",
  key: ["approvals", "list"],
  sorts: ["requested_at", "expires_at", "device_count"],
  sort: "requested_at",
  order: "desc",
  filters: {
    state: { type: "many", param: "state", values: ["pending", "approved", "rejected", "withdrawn", "expired"] },
  },
  isSearchable: false,
  scope: "tenant",
});

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
  const call = { params: { path: { approval_id: approvalId } } };
  return useMutation({
    mutationFn: ({ decision, comment }: { decision: Decision; comment: string }) =>
      unwrap<ApprovalDetail>(
        decision === "approve"
          ? api.POST("/api/v1/approvals/{approval_id}/approve", { ...call, body: { comment } })
          : api.POST("/api/v1/approvals/{approval_id}/reject", { ...call, body: { comment } }),
      ),
    onSettled: useRefresh("approvals", "tasks", "jobs"),
  });
}
