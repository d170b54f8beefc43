import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { ListedDevice } from "@/api/types.ts";
import { Fact, Facts } from "@/ui/Facts.tsx";
import { RelTime } from "@/ui/RelTime.tsx";
import { ClassCount } from "../updates/ClassBadge.tsx";
import { DiskCell, RestartCell, SeenCell } from "./DeviceCells.tsx";
import classes from "./deviceCells.module.css";
import { OnlineMark } from "./OnlineMark.tsx";
import { osText } from "./osText.ts";

/** A device beside its list: enough to decide whether to open it. */
export function DevicePeek({ device }: { device: ListedDevice }) {
  const { t } = useTranslation("common");
  return (
    <div className={classes.peek}>
      <h2>
        <OnlineMark online={device.online} />
        <Link to="/devices/$deviceId" params={{ deviceId: device.id }}>
          {device.hostname}
        </Link>
      </h2>
      <Facts>
        <Fact name={t("deviceColumn.tenant")}>{device.tenant_name}</Fact>
        <Fact name={t("deviceColumn.site")}>{device.site_name}</Fact>
        <Fact name={t("deviceColumn.user")}>{device.user_name}</Fact>
        <Fact name={t("matched.address")}>{device.lan_address}</Fact>
        <Fact name={t("deviceColumn.os")}>
          {device.os_name === null ? null : osText(device.os_name, device.os_version)}
        </Fact>
        <Fact name={t("filter.pending.label")}>
          <span className={classes.peekCounts}>
            <ClassCount value="critical" count={device.critical_updates} />
            <ClassCount value="security" count={device.security_updates} />
            <ClassCount value="optional" count={device.optional_updates} />
            {device.pending_updates === 0 ? t("none") : null}
          </span>
        </Fact>
        <Fact name={t("deviceColumn.restart")}>
          <RestartCell required={device.restart_required} />
        </Fact>
        <Fact name={t("deviceColumn.disk")}>
          <DiskCell verdict={device.disk_verdict} />
        </Fact>
        <Fact name={t("filter.online.label")}>
          <SeenCell device={device} />
        </Fact>
        <Fact name={t("filter.scan")}>
          <RelTime at={device.last_scan_at} />
        </Fact>
      </Facts>
    </div>
  );
}
