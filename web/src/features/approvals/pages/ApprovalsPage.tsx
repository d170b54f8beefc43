import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useScope } from "@/domain/scope.ts";
import { DataGrid, useListState, type Filter } from "@/ui/DataGrid/index.ts";
import { PageHeader } from "@/ui/PageHeader.tsx";
import { APPROVAL_STATES, approvalsList, approvalsQuery } from "../api.ts";
import { ApprovalDrawer } from "../components/ApprovalDrawer.tsx";
import { useApprovalColumns } from "../components/columns.tsx";

/** Work beyond a budget that a second person has to allow. */
export function ApprovalsPage() {
  const { t } = useTranslation("approvals");
  const list = useListState(approvalsList);
  const scope = useScope();
  const page = useQuery(approvalsQuery(list.state, scope.params.tenant_id));
  const columns = useApprovalColumns();
  const navigate = useNavigate();
  const opened = useSearch({ strict: false, select: (search) => search.approval });
  const filters = useMemo<Filter[]>(
    () => [
      {
        key: "state",
        label: t("column.state"),
        multiple: true,
        options: APPROVAL_STATES.map((value) => ({ value, label: t(`state.${value}`) })),
      },
    ],
    [t],
  );
  const close = (): void => {
    const merge = (previous: Record<string, unknown>) => ({ ...previous, approval: undefined });
    void navigate({ to: ".", search: merge as never, replace: true });
  };
  return (
    <>
      <PageHeader title={t("title")} />
      <DataGrid
        id="approvals"
        label={t("title")}
        columns={columns}
        page={page}
        list={list}
        filters={filters}
        rowId={(row) => row.id}
        rowName={(row) => row.requested_by_name}
        scopeKey={scope.key}
        empty={{ title: t("empty.title"), text: t("empty.text") }}
      />
      <ApprovalDrawer approvalId={opened ?? null} onClose={close} />
    </>
  );
}
