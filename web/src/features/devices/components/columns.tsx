import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { DeviceRow } from "@/api/types.ts";
import { DeviceCell, OsCell, RestartCell, SeenCell } from "@/domain/devices/DeviceCells.tsx";
import type { Columns } from "@/domain/list/ListGrid.tsx";
import { ClassCount } from "@/domain/updates/ClassBadge.tsx";
import { IncompleteScan, isIncomplete } from "@/domain/updates/IncompleteScan.tsx";
import { Dash } from "@/ui/Dash.tsx";
import { RelTime } from "@/ui/RelTime.tsx";
import type { devicesList } from "../api.ts";
import classes from "../devices.module.css";

function PendingCell({ device }: { device: DeviceRow }) {
  const { t } = useTranslation("devices");
  const { pending_updates: pending, security_updates: security } = device;
  if (pending === null || security === null) return <Dash why={t("neverScanned")} />;
  if (pending === 0) {
    return isIncomplete(device) ? <IncompleteScan device={device} /> : <span className="dim">{t("noUpdates")}</span>;
  }
  const others = pending - security;
  return (
    <span className={classes.counts}>
      <ClassCount value="security" count={security} />
      {others > 0 ? (
        <span className="dim">
          {security > 0 ? t("moreUpdates", { count: others }) : t("updates", { count: others })}
        </span>
      ) : null}
    </span>
  );
}

export function useDevicesColumns(): Columns<typeof devicesList> {
  const { t } = useTranslation("devices");
  return useMemo(
    () => [
      {
        id: "hostname",
        header: t("column.hostname"),
        cell: (device) => <DeviceCell device={device} />,
        sort: "hostname",
        fixed: true,
        width: 190,
      },
      { id: "os", header: t("column.os"), cell: (device) => <OsCell device={device} />, sort: "os", width: 150 },
      {
        id: "agent",
        header: t("column.agent"),
        cell: (device) => device.agent_version ?? <Dash />,
        sort: "agent_version",
      },
      { id: "seen", header: t("column.seen"), cell: (device) => <SeenCell device={device} />, sort: "last_seen_at" },
      {
        id: "pending",
        header: t("column.pending"),
        cell: (device) => <PendingCell device={device} />,
        sort: "pending_updates",
        width: 120,
      },
      {
        id: "restart",
        header: t("column.restart"),
        cell: (device) => <RestartCell required={device.restart_required} />,
      },
      { id: "ip", header: t("column.ip"), cell: (device) => device.ip_address ?? <Dash /> },
      {
        id: "enrolled",
        header: t("column.enrolled"),
        cell: (device) => <RelTime at={device.enrolled_at} />,
        sort: "enrolled_at",
      },
    ],
    [t],
  );
}
