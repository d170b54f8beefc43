import { IconBan, IconCircleCheck, IconCircleX, IconClockX, IconUserQuestion, type Icon } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Approval } from "@/api/types.ts";
import type { Columns } from "@/domain/list/ListGrid.tsx";
import { Dash } from "@/ui/Dash.tsx";
import { RelTime } from "@/ui/RelTime.tsx";
import { Status, type Tone } from "@/ui/Status.tsx";
import type { approvalsList } from "../api.ts";

const LOOK: Record<Approval["state"], { tone: Tone; icon: Icon }> = {
  pending: { tone: "high", icon: IconUserQuestion },
  approved: { tone: "ok", icon: IconCircleCheck },
  rejected: { tone: "critical", icon: IconCircleX },
  withdrawn: { tone: "none", icon: IconBan },
  expired: { tone: "none", icon: IconClockX },
};

export function ApprovalStatus({ state }: { state: Approval["state"] }) {
  const { t } = useTranslation("approvals");
  return (
    <Status {...LOOK[state]} filled={state === "pending"}>
      {t(`state.${state}`)}
    </Status>
  );
}

export function useApprovalColumns(): Columns<typeof approvalsList> {
  const { t } = useTranslation(["approvals", "common", "kinds"]);
  return useMemo(
    () => [
      {
        id: "what",
        header: t("approvals:column.what"),
        fixed: true,
        width: 220,
        cell: (row) => (
          <Link
            to="."
            search={((previous: Record<string, unknown>) => ({ ...previous, approval: row.id })) as never}
            data-row-link
          >
            <strong>{t(`kinds:${row.kind}.name`)}</strong>
          </Link>
        ),
      },
      {
        id: "devices",
        header: t("approvals:column.devices"),
        cell: (row) => t("common:devices", { count: row.device_count }),
        sort: "device_count",
      },
      { id: "tenant", header: t("approvals:column.tenant"), cell: (row) => row.tenant_name, width: 150 },
      { id: "state", header: t("approvals:column.state"), cell: (row) => <ApprovalStatus state={row.state} /> },
      { id: "by", header: t("approvals:column.by"), cell: (row) => row.requested_by_name },
      {
        id: "requested",
        header: t("approvals:column.requested"),
        cell: (row) => <RelTime at={row.requested_at} />,
        sort: "requested_at",
      },
      {
        id: "expires",
        header: t("approvals:column.expires"),
        cell: (row) => (row.state === "pending" ? <RelTime at={row.expires_at} /> : <Dash />),
        sort: "expires_at",
      },
      { id: "decided", header: t("approvals:column.decided"), cell: (row) => row.decided_by_name ?? <Dash /> },
    ],
    [t],
  );
}
