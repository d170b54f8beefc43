import { IconBrandDebian, IconBrandUbuntu, IconBrandWindows, IconServer } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { IconAlertTriangleFilled } from "@tabler/icons-react";
import type { DeviceRow } from "@/api/types.ts";
import { Dash } from "./Dash.tsx";
import { OnlineMark, Status } from "./Status.tsx";
import classes from "./ui.module.css";

/** Name, connection and place of a device; the name opens it. */
export function DeviceCell({ device }: { device: DeviceRow }) {
  const { t } = useTranslation("common");
  return (
    <div className={classes.device}>
      <OnlineMark online={device.online} />
      <div className={classes.deviceText}>
        <Link to="/devices/$deviceId" params={{ deviceId: device.id }} className={classes.deviceName} data-row-link title={device.hostname}>{device.hostname}</Link>
        {device.status === "revoked" ? <span className={classes.revoked}>{t("revoked")}</span> : null}
        <span className="second-line">{t("place", { tenant: device.tenant_name, site: device.site_name })}</span>
      </div>
    </div>
  );
}

function osIcon(device: Pick<DeviceRow, "os_family" | "os_name">) {
  if (device.os_family === "windows") return IconBrandWindows;
  const name = device.os_name?.toLowerCase() ?? "";
  if (name.includes("debian")) return IconBrandDebian;
  if (name.includes("ubuntu")) return IconBrandUbuntu;
  return IconServer;
}

export function OsCell({ device }: { device: Pick<DeviceRow, "os_family" | "os_name" | "os_version"> }) {
  const Shape = osIcon(device);
  if (device.os_name === null) return <Dash />;
  const text = [device.os_name, device.os_version].filter(Boolean).join(" ");
  return (
    <span className={classes.os} title={text}>
      <Shape size={15} stroke={1.5} aria-hidden />
      <span>{text}</span>
    </span>
  );
}

/** Whether a restart is due: three answers, because a device that was never scanned has not said. */
export function RestartCell({ required }: { required: boolean | null }) {
  const { t } = useTranslation("common");
  if (required === null) return <Dash why={t("restart.unknown")} />;
  if (!required) return <span className="dim">{t("restart.no")}</span>;
  return <Status tone="high" icon={IconAlertTriangleFilled}>{t("restart.yes")}</Status>;
}
