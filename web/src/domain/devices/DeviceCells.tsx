import {
  IconAlertTriangleFilled,
  IconBrandDebian,
  IconBrandUbuntu,
  IconBrandWindows,
  IconCircleCheck,
  IconCircleDashed,
  IconServer,
  IconSquareRoundedX,
} from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { DeviceRow, ListedDevice } from "@/api/types.ts";
import { Dash } from "@/ui/Dash.tsx";
import { RelTime } from "@/ui/RelTime.tsx";
import { Status, type Look } from "@/ui/Status.tsx";
import classes from "./deviceCells.module.css";
import { OnlineMark } from "./OnlineMark.tsx";
import { osText, shortOsText } from "./osText.ts";

/** Said of a device that may no longer connect. */
export function RevokedMark() {
  const { t } = useTranslation("common");
  return <span className={classes.revoked}>{t("revoked")}</span>;
}

/** Why a search found a device, where its name does not tell. */
function MatchNote({ match }: { match: NonNullable<ListedDevice["match"]> }) {
  const { t } = useTranslation("common");
  const text = t("match", { field: t(`matched.${match.field}`), text: match.text });
  return (
    <span className={classes.match} title={text}>
      {text}
    </span>
  );
}

/** Name and connection of a device; the name opens it. */
export function DeviceCell({ device }: { device: DeviceRow & Partial<Pick<ListedDevice, "match">> }) {
  const { match = null } = device;
  return (
    <div className={classes.device}>
      <OnlineMark online={device.online} />
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
      {match === null || match.field === "hostname" ? null : <MatchNote match={match} />}
    </div>
  );
}

/** A text of any length in a column: cut at its end, whole in its tooltip. */
export function TextCell({ text }: { text: string | null }) {
  if (text === null || text === "") return <Dash />;
  return (
    <span className={classes.text} title={text}>
      {text}
    </span>
  );
}

const DISK = {
  failing: { tone: "critical", icon: IconSquareRoundedX },
  warning: { tone: "high", icon: IconAlertTriangleFilled },
  unknown: { tone: "none", icon: IconCircleDashed },
  ok: { tone: "ok", icon: IconCircleCheck },
} as const satisfies Record<NonNullable<DeviceRow["disk_verdict"]>, Look>;

/** How the worst disk of a device was when somebody last looked. */
export function DiskCell({ verdict }: { verdict: DeviceRow["disk_verdict"] }) {
  const { t } = useTranslation("common");
  if (verdict === null) return <Dash why={t("disk.never")} />;
  return <Status {...DISK[verdict]}>{t(`disk.${verdict}`)}</Status>;
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
  return (
    <span className={classes.os} title={osText(device.os_name, device.os_version)}>
      <OsIcon family={device.os_family} name={device.os_name.toLowerCase()} />
      <span>{shortOsText(device.os_name, device.os_version)}</span>
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
