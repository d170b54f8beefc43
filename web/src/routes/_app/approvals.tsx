import { createFileRoute } from "@tanstack/react-router";
import type { ListSearch } from "@/api/list.ts";
import { approvalsList } from "@/features/approvals/api.ts";
import { ApprovalsPage } from "@/features/approvals/pages/ApprovalsPage.tsx";

/** `approval` opens one request: a mail links straight to it. */
type Search = ListSearch & { state?: string; approval?: string };

export const Route = createFileRoute("/_app/approvals")({
  validateSearch: (raw: Record<string, unknown>): Search => ({
    ...approvalsList.validate(raw),
    ...(typeof raw["approval"] === "string" ? { approval: raw["approval"] } : {}),
  }),
  component: ApprovalsPage,
});
