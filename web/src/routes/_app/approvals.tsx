import { createFileRoute } from "@tanstack/react-router";
import { approvalsList } from "@/features/approvals/api.ts";
import { ApprovalsPage } from "@/features/approvals/pages/ApprovalsPage.tsx";
import { validateList, type ListSearch } from "@/ui/DataGrid/index.ts";

/** `approval` opens one request: a mail links straight to it. */
type Search = ListSearch & { state?: string; approval?: string };

export const Route = createFileRoute("/_app/approvals")({
  validateSearch: (raw: Record<string, unknown>): Search => ({
    ...validateList(approvalsList, raw),
    ...(typeof raw["approval"] === "string" ? { approval: raw["approval"] } : {}),
  }),
  component: ApprovalsPage,
});
