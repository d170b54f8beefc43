import { IconClock, IconNetwork, IconRefresh, IconTag, IconUser, type Icon } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Device } from "@/api/types.ts";
import { OsCell, RestartDue } from "@/domain/devices/DeviceCells.tsx";
import { BackLink } from "@/ui/BackLink.tsx";
import { CopyText } from "@/ui/CopyText.tsx";
import { RelTime } from "@/ui/RelTime.tsx";
import classes from "../devices.module.css";

/** Where the device stands; each part leads to its list. */
export function Breadcrumb({ device }: { device: Device }) {
  const { t } = useTranslation(["devices", "common"]);
  const { tenant_id: tenant, site_id: site } = device;
  return (
    <nav className={classes.breadcrumb} aria-label={t("devices:breadcrumb")}>
      <BackLink to="/devices">{t("devices:title")}</BackLink>
      <span aria-hidden>/</span>
      <Link to="/devices" search={{ tenant } as never}>
        {device.tenant_name}
      </Link>
      <span aria-hidden>/</span>
      <Link to="/devices" search={{ tenant, site } as never}>
        {device.site_name}
      </Link>
    </nav>
  );
}

function Mark({ icon: Shape, children }: { icon: Icon; children: ReactNode }) {
  return (
    <span>
      <Shape size={15} aria-hidden />
      {children}
    </span>
  );
}

/** What one needs to know a machine by, on the phone with its user: each of it can be copied. */
export function IdentityLine({ device }: { device: Device }) {
  const { t } = useTranslation(["devices", "common"]);
  const { facts, user_name: user, lan_address: address } = device;
  const serial = facts?.serial_number ?? null;
  return (
    <div className={classes.head}>
      <Mark icon={IconClock}>
        {device.online ? (
          t("common:online")
        ) : (
          <span>
            {t("devices:column.seen")} <RelTime at={device.last_seen_at} />
          </span>
        )}
      </Mark>
      {user === null ? null : (
        <Mark icon={IconUser}>
          <CopyText name={t("common:deviceColumn.user")} text={user} />
        </Mark>
      )}
      {address === null ? null : (
        <Mark icon={IconNetwork}>
          <CopyText name={t("devices:column.lan")} text={address} />
        </Mark>
      )}
      <OsCell device={device} />
      {serial === null ? null : (
        <Mark icon={IconTag}>
          <CopyText name={t("devices:fact.serial")} text={serial} />
        </Mark>
      )}
      {facts === null || facts.last_boot_at === null ? null : (
        <Mark icon={IconRefresh}>
          <span>
            {t("devices:fact.lastBoot")} <RelTime at={facts.last_boot_at} />
          </span>
        </Mark>
      )}
      {device.restart_required === true ? <RestartDue /> : null}
    </div>
  );
}
