import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { ListedDevice } from "@/api/types.ts";
import type { Column } from "@/ui/DataGrid/index.ts";
import { useScope } from "../scope.ts";
import { DeviceCell, DiskCell, OsCell, RestartCell, TextCell } from "./DeviceCells.tsx";

type Sort = "hostname" | "tenant" | "site" | "user" | "os" | "restart_required" | "disk_verdict";
type DeviceColumn = Column<ListedDevice, Sort>;

/** The columns that lists of devices have in common, by their ids. What the scope has chosen is not said again. */
export function useDeviceColumns() {
  const { t } = useTranslation("common");
  const { tenant, site } = useScope();
  return useMemo(
    () =>
      ({
        hostname: {
          id: "hostname",
          header: t("deviceColumn.hostname"),
          cell: (device) => <DeviceCell device={device} />,
          sort: "hostname",
          fixed: true,
          width: 180,
        },
        tenant: {
          id: "tenant",
          header: t("deviceColumn.tenant"),
          cell: (device) => <TextCell text={device.tenant_name} />,
          sort: "tenant",
          width: 140,
          isConstant: tenant !== undefined,
          card: "subtitle",
        },
        site: {
          id: "site",
          header: t("deviceColumn.site"),
          cell: (device) => <TextCell text={device.site_name} />,
          sort: "site",
          width: 110,
          isConstant: site !== undefined,
          card: "hidden",
        },
        user: {
          id: "user",
          header: t("deviceColumn.user"),
          cell: (device) => <TextCell text={device.user_name} />,
          sort: "user",
          isBlank: (device) => device.user_name === null,
          card: "hidden",
        },
        os: {
          id: "os",
          header: t("deviceColumn.os"),
          cell: (device) => <OsCell device={device} />,
          sort: "os",
          width: 110,
          card: "hidden",
        },
        restart: {
          id: "restart",
          header: t("deviceColumn.restart"),
          cell: (device) => <RestartCell required={device.restart_required} />,
          sort: "restart_required",
          card: "mark",
          isBlank: (device) => device.restart_required !== true,
        },
        disk: {
          id: "disk",
          header: t("deviceColumn.disk"),
          cell: (device) => <DiskCell verdict={device.disk_verdict} />,
          sort: "disk_verdict",
          isBlank: (device) => device.disk_verdict === null,
          card: "hidden",
        },
      }) satisfies Record<string, DeviceColumn>,
    [t, tenant, site],
  );
}
