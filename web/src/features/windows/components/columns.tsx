import { UnstyledButton } from "@mantine/core";
import { IconAlertTriangle, IconBan, IconCalendarPlus, IconCalendarTime, IconPlayerPause } from "@tabler/icons-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { MaintenanceWindow } from "@/api/types.ts";
import type { Columns } from "@/domain/list/ListGrid.tsx";
import { useErrorText } from "@/i18n/errorText.ts";
import { Dash } from "@/ui/Dash.tsx";
import { useFormat } from "@/ui/format.ts";
import { RelTime } from "@/ui/RelTime.tsx";
import { Status, type Look } from "@/ui/Status.tsx";
import type { windowsList } from "../api.ts";

const LOOK: Record<MaintenanceWindow["kind"], Look> = {
  window: { tone: "info", icon: IconCalendarTime },
  extra: { tone: "ok", icon: IconCalendarPlus },
  blackout: { tone: "high", icon: IconBan },
};

function KindStatus({ window }: { window: MaintenanceWindow }) {
  const { t } = useTranslation("windows");
  const errors = useErrorText();
  const [problem] = window.problems;
  if (problem !== undefined) {
    return (
      <Status tone="critical" icon={IconAlertTriangle} filled>
        {t("broken", { why: errors.ofField(problem.code) })}
      </Status>
    );
  }
  if (!window.enabled) {
    return (
      <Status tone="none" icon={IconPlayerPause}>
        {t("off")}
      </Status>
    );
  }
  return <Status {...LOOK[window.kind]}>{t(`kind.${window.kind}`)}</Status>;
}

export function useWindowColumns(onOpen: (window: MaintenanceWindow) => void): Columns<typeof windowsList> {
  const { t } = useTranslation("windows");
  const format = useFormat();
  return useMemo(
    () => [
      {
        id: "name",
        header: t("field.name"),
        fixed: true,
        width: 220,
        sort: "name",
        cell: (row) => (
          <UnstyledButton
            data-row-link
            onClick={() => {
              onOpen(row);
            }}
          >
            <strong>{row.name}</strong>
          </UnstyledButton>
        ),
      },
      { id: "kind", header: t("field.kind"), cell: (row) => <KindStatus window={row} />, sort: "kind" },
      { id: "tenant", header: t("field.tenant"), cell: (row) => row.tenant_name, sort: "tenant" },
      {
        id: "scope",
        header: t("field.scope"),
        cell: (row) => row.hostname ?? row.site_name ?? t("scope.tenant"),
      },
      {
        id: "classes",
        header: t("field.classes"),
        cell: (row) => format.list(row.classes.map((one) => t(`class.${one}`))),
      },
      {
        id: "next",
        header: t("next"),
        cell: (row) => (row.next === null ? <Dash /> : <RelTime at={row.next.start} />),
      },
      {
        id: "changed",
        header: t("changed"),
        cell: (row) => <RelTime at={row.changed_at} />,
        sort: "changed_at",
      },
    ],
    [t, format, onOpen],
  );
}
