import { Tabs } from "@mantine/core";
import { useSuspenseQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { IconBuilding, IconClock, IconNetwork } from "@tabler/icons-react";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Device } from "@/api/types.ts";
import { OsCell, RestartDue, RevokedMark } from "@/domain/devices/DeviceCells.tsx";
import { OnlineMark } from "@/domain/devices/OnlineMark.tsx";
import { BackLink } from "@/ui/BackLink.tsx";
import { PageHeader } from "@/ui/PageHeader.tsx";
import { RelTime } from "@/ui/RelTime.tsx";
import { deviceQuery } from "../api.ts";
import { CloneAlert } from "../components/CloneAlert.tsx";
import { DeviceActions } from "../components/DeviceActions.tsx";
import { DeviceMenu } from "../components/DeviceMenu.tsx";
import { MoveDialog } from "../components/MoveDialog.tsx";
import { Overview } from "../components/Overview.tsx";
import { SoftwareGrid } from "../components/SoftwareGrid.tsx";
import classes from "../devices.module.css";
import { DEVICE_TABS, type DeviceTab } from "../tabs.ts";

interface DevicePageProps {
  deviceId: string;
  tab: DeviceTab;
  /** Parts that other features bring; the route puts them together. */
  updates: (device: Device) => ReactNode;
  tasks: ReactNode;
  onInstall: (device: { id: string; hostname: string }) => void;
}

export function DevicePage({ deviceId, tab, updates, tasks, onInstall }: DevicePageProps) {
  const { t } = useTranslation(["devices", "common"]);
  const navigate = useNavigate();
  const { data: device } = useSuspenseQuery(deviceQuery(deviceId));
  const [moving, move] = useState(false);

  return (
    <>
      <BackLink to="/devices">{t("devices:title")}</BackLink>
      <PageHeader
        title={device.hostname}
        before={<OnlineMark online={device.online} />}
        note={device.status === "revoked" ? <RevokedMark /> : undefined}
      >
        <DeviceActions
          device={device}
          onInstall={() => {
            onInstall(device);
          }}
        />
        <DeviceMenu
          device={device}
          onMove={() => {
            move(true);
          }}
          onRemoved={() => void navigate({ to: "/devices" })}
        />
      </PageHeader>
      <div className={classes.head}>
        <span>
          <IconBuilding size={15} aria-hidden />
          {t("common:place", { tenant: device.tenant_name, site: device.site_name })}
        </span>
        <OsCell device={device} />
        {device.ip_address === null ? null : (
          <span>
            <IconNetwork size={15} aria-hidden />
            {device.ip_address}
          </span>
        )}
        <span>
          <IconClock size={15} aria-hidden />
          {device.online ? (
            t("common:online")
          ) : (
            <span>
              {t("devices:seen")} <RelTime at={device.last_seen_at} />
            </span>
          )}
        </span>
        {device.restart_required === true ? <RestartDue /> : null}
      </div>
      <CloneAlert device={device} />
      <Tabs
        value={tab}
        keepMounted={false}
        onChange={(next) =>
          void navigate({
            to: "/devices/$deviceId",
            params: { deviceId },
            search: next === "overview" ? {} : { tab: next as DeviceTab },
          })
        }
      >
        <Tabs.List>
          {DEVICE_TABS.map((name) => (
            <Tabs.Tab
              key={name}
              value={name}
              rightSection={
                name === "updates" && device.pending_updates ? (
                  <span className="dim tabular">{device.pending_updates}</span>
                ) : null
              }
            >
              {t(`devices:tab.${name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="overview" className={classes.panel}>
          <Overview device={device} />
        </Tabs.Panel>
        <Tabs.Panel value="updates" className={classes.panel}>
          {updates(device)}
        </Tabs.Panel>
        <Tabs.Panel value="software" className={classes.panel}>
          <SoftwareGrid deviceId={deviceId} />
        </Tabs.Panel>
        <Tabs.Panel value="tasks" className={classes.panel}>
          {tasks}
        </Tabs.Panel>
      </Tabs>
      <MoveDialog
        request={moving ? { devices: [device] } : null}
        onClose={() => {
          move(false);
        }}
      />
    </>
  );
}
