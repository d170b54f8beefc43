import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Software } from "@/api/types.ts";
import { ListGrid, type Columns } from "@/domain/list/ListGrid.tsx";
import { useList } from "@/domain/list/useList.ts";
import { Dash } from "@/ui/Dash.tsx";
import { useFormat } from "@/ui/format.ts";
import { softwareList } from "../api.ts";

function rowId(row: Software): string {
  return [row.name, row.version, row.architecture, row.source, row.user_name].join("\u0000");
}

export function SoftwareGrid({ deviceId }: { deviceId: string }) {
  const { t } = useTranslation("devices");
  const format = useFormat();
  const list = useList(softwareList, { path: { device_id: deviceId } });
  const scope = useCallback(
    (row: Software): string | null => {
      if (row.scope === "user") return row.user_name ?? t("software.oneUser");
      return row.scope === null ? null : t("software.everybody");
    },
    [t],
  );
  const columns = useMemo<Columns<typeof softwareList>>(
    () => [
      {
        id: "name",
        header: t("software.name"),
        cell: (row) => <strong>{row.name}</strong>,
        sort: "name",
        fixed: true,
        width: 220,
      },
      { id: "version", header: t("software.version"), cell: (row) => row.version, sort: "version" },
      { id: "publisher", header: t("software.publisher"), cell: (row) => row.publisher ?? <Dash /> },
      { id: "architecture", header: t("software.architecture"), cell: (row) => row.architecture ?? <Dash /> },
      { id: "source", header: t("software.source"), cell: (row) => row.source ?? <Dash /> },
      { id: "scope", header: t("software.scope"), cell: (row) => scope(row) ?? <Dash /> },
      {
        id: "installed",
        header: t("software.installed"),
        cell: (row) => (row.installed_at === null ? <Dash /> : format.date(row.installed_at)),
      },
    ],
    [t, format, scope],
  );
  return (
    <ListGrid
      of={list}
      label={t("tab.software")}
      columns={columns}
      filters={{}}
      searchLabel={t("software.search")}
      rowId={rowId}
      rowName={(row) => row.name}
      empty={{ title: t("software.empty.title"), text: t("software.empty.text") }}
    />
  );
}
