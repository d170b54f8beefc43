import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ListGrid } from "@/domain/list/ListGrid.tsx";
import { useList } from "@/domain/list/useList.ts";
import { PageHeader } from "@/ui/PageHeader.tsx";
import { approvalsList } from "../api.ts";
import { ApprovalDrawer } from "../components/ApprovalDrawer.tsx";
import { useApprovalColumns } from "../components/columns.tsx";

/** Work beyond a budget that a second person has to allow. */
export function ApprovalsPage() {
  const { t } = useTranslation("approvals");
  const list = useList(approvalsList);
  const columns = useApprovalColumns();
  const navigate = useNavigate();
  const opened = useSearch({ strict: false, select: (search) => search.approval });
  const close = (): void => {
    const merge = (previous: Record<string, unknown>) => ({ ...previous, approval: undefined });
    void navigate({ to: ".", search: merge as never, replace: true });
  };
  return (
    <>
      <PageHeader title={t("title")} />
      <ListGrid
        of={list}
        label={t("title")}
        columns={columns}
        filters={{ state: { label: t("column.state"), word: (value) => t(`state.${value}`) } }}
        rowName={(row) => row.requested_by_name}
        empty={{ title: t("empty.title"), text: t("empty.text") }}
      />
      <ApprovalDrawer approvalId={opened ?? null} onClose={close} />
    </>
  );
}
