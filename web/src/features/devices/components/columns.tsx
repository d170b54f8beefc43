import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { DeviceRow } from "@/api/types.ts";
import { useDeviceColumns } from "@/domain/devices/columns.tsx";
import { SeenCell } from "@/domain/devices/DeviceCells.tsx";
import type { Columns } from "@/domain/list/ListGrid.tsx";
import { ClassCount } from "@/domain/updates/ClassBadge.tsx";
import { IncompleteScan, isIncomplete } from "@/domain/updates/IncompleteScan.tsx";
import { Dash } from "@/ui/Dash.tsx";
import { RelTime } from "@/ui/RelTime.tsx";
import type { devicesList } from "../api.ts";
import classes from "../devices.module.css";

function PendingCell({ device }: { device: DeviceRow }) {
  const { t } = useTranslation("devices");
  const { pending_updates: pending, security_updates: security, critical_updates: critical } = device;
  if (pending === null) return <Dash why={t("neverScanned")} />;
  if (pending === 0) {
    return isIncomplete(device) ? <IncompleteScan device={device} /> : <span className="dim">{t("noUpdates")}</span>;
  }
  const loud = (security ?? 0) + (critical ?? 0);
  const others = pending - loud;
  return (
    <span className={classes.counts}>
      <ClassCount value="critical" count={critical} />
      <ClassCount value="security" count={security} />
      {others > 0 ? (
        <span className="dim">{loud > 0 ? t("moreUpdates", { count: others }) : t("updates", { count: others })}</span>
      ) : null}
    </span>
  );
}

export function useDevicesColumns(): Columns<typeof devicesList> {
  const { t } = useTranslation("devices");
  const { hostname, tenant, site, user, os, restart, disk } = useDeviceColumns();
  return useMemo(
    () => [
      hostname,
      tenant,
      site,
      user,
      os,
      {
        id: "pending",
        header: t("column.pending"),
        cell: (device) => <PendingCell device={device} />,
        sort: "pending_updates",
        width: 120,
        card: "mark",
        isBlank: (device) => !device.pending_updates,
      },
      restart,
      disk,
      {
        id: "seen",
        header: t("column.seen"),
        cell: (device) => <SeenCell device={device} />,
        sort: "last_seen_at",
        card: "hidden",
      },
      {
        id: "lan",
        header: t("column.lan"),
        cell: (device) => device.lan_address ?? <Dash />,
        initiallyHidden: true,
        card: "hidden",
      },
      {
        id: "ip",
        header: t("column.ip"),
        cell: (device) => device.ip_address ?? <Dash />,
        initiallyHidden: true,
        card: "hidden",
      },
      {
        id: "agent",
        header: t("column.agent"),
        cell: (device) => device.agent_version,
        sort: "agent_version",
        initiallyHidden: true,
        card: "hidden",
      },
      {
        id: "enrolled",
        header: t("column.enrolled"),
        cell: (device) => <RelTime at={device.enrolled_at} />,
        sort: "enrolled_at",
        initiallyHidden: true,
        card: "hidden",
      },
    ],
    [t, hostname, tenant, site, user, os, restart, disk],
  );
}
