import {
  IconAlertTriangleFilled,
  IconBrandDebian,
  IconBrandUbuntu,
  IconBrandWindows,
  IconServer,
} from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { DeviceRow } from "@/api/types.ts";
import { Dash } from "@/ui/Dash.tsx";
import { RelTime } from "@/ui/RelTime.tsx";
import { Status } from "@/ui/Status.tsx";
import classes from "./deviceCells.module.css";
import { OnlineMark } from "./OnlineMark.tsx";
import { osText } from "./osText.ts";

/** Said of a device that may no longer connect. */
export function RevokedMark() {
  const { t } = useTranslation("common");
  return <span className={classes.revoked}>{t("revoked")}</span>;
}

/** Name, connection and place of a device; the name opens it. */
export function DeviceCell({ device }: { device: DeviceRow }) {
  const { t } = useTranslation("common");
  const place = t("place", { tenant: device.tenant_name, site: device.site_name });
  return (
    <div className={classes.device}>
      <OnlineMark online={device.online} />
      <div className={classes.deviceText}>
        <Link
          to="/devices/$deviceId"
          params={{ deviceId: device.id }}
          className={classes.deviceName}
          data-row-link
          title={device.hostname}
        >
          {device.hostname}
        </Link>
        {device.status === "revoked" ? <RevokedMark /> : null}
        <span className="second-line" title={place}>
          {place}
        </span>
      </div>
    </div>
  );
}

const ICON = { size: 15, stroke: 1.5, "aria-hidden": true } as const;

/** An online device is seen all the time; only of an absent one it matters since when. */
export function SeenCell({ device }: { device: Pick<DeviceRow, "online" | "last_seen_at"> }) {
  const { t } = useTranslation("common");
  return device.online ? <span>{t("online")}</span> : <RelTime at={device.last_seen_at} />;
}

function OsIcon({ family, name }: { family: DeviceRow["os_family"]; name: string }) {
  if (family === "windows") return <IconBrandWindows {...ICON} />;
  if (name.includes("debian")) return <IconBrandDebian {...ICON} />;
  if (name.includes("ubuntu")) return <IconBrandUbuntu {...ICON} />;
  return <IconServer {...ICON} />;
}

export function OsCell({ device }: { device: Pick<DeviceRow, "os_family" | "os_name" | "os_version"> }) {
  if (device.os_name === null) return <Dash />;
  const text = osText(device.os_name, device.os_version);
  return (
    <span className={classes.os} title={text}>
      <OsIcon family={device.os_family} name={device.os_name.toLowerCase()} />
      <span>{text}</span>
    </span>
  );
}

/** Whether a restart is due: three answers, because a device that was never scanned has not said. */
export function RestartCell({ required }: { required: boolean | null }) {
  const { t } = useTranslation("common");
  if (required === null) return <Dash why={t("restart.unknown")} />;
  if (!required) return <span className="dim">{t("restart.no")}</span>;
  return (
    <Status tone="high" icon={IconAlertTriangleFilled}>
      {t("restart.yes")}
    </Status>
  );
}

/** The same outside a column that would name it. */
export function RestartDue() {
  const { t } = useTranslation("common");
  return (
    <Status tone="high" icon={IconAlertTriangleFilled}>
      {t("restart.due")}
    </Status>
  );
}
