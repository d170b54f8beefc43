import { Tabs } from "@mantine/core";
import { useSuspenseQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Device } from "@/api/types.ts";
import { DiskCell, RevokedMark } from "@/domain/devices/DeviceCells.tsx";
import { OnlineMark } from "@/domain/devices/OnlineMark.tsx";
import { PageHeader } from "@/ui/PageHeader.tsx";
import { deviceQuery } from "../api.ts";
import { CloneAlert } from "../components/CloneAlert.tsx";
import { HardwareTab } from "../components/HardwareTab.tsx";
import { Breadcrumb, IdentityLine } from "../components/IdentityLine.tsx";
import { Overview } from "../components/Overview.tsx";
import { RunMenu } from "../components/RunMenu.tsx";
import { SoftwareGrid } from "../components/SoftwareGrid.tsx";
import classes from "../devices.module.css";
import { DEVICE_TABS, type DeviceTab } from "../tabs.ts";

interface DevicePageProps {
  deviceId: string;
  tab: DeviceTab;
  /** Parts that other features bring; the route puts them together. */
  updates: (device: Device) => ReactNode;
  tasks: ReactNode;
  lastTasks: ReactNode;
}

/** What a tab has to tell before one opens it. */
function Badge({ device, tab }: { device: Device; tab: DeviceTab }) {
  if (tab === "updates" && device.pending_updates) return <span className="dim tabular">{device.pending_updates}</span>;
  const { disk_verdict: disk } = device;
  return tab === "hardware" && (disk === "failing" || disk === "warning") ? <DiskCell verdict={disk} /> : null;
}

export function DevicePage({ deviceId, tab, updates, tasks, lastTasks }: DevicePageProps) {
  const { t } = useTranslation("devices");
  const navigate = useNavigate();
  const { data: device } = useSuspenseQuery(deviceQuery(deviceId));

  return (
    <>
      <Breadcrumb device={device} />
      <PageHeader
        title={device.hostname}
        before={<OnlineMark online={device.online} />}
        note={device.status === "revoked" ? <RevokedMark /> : undefined}
      >
        <RunMenu device={device} onRemoved={() => void navigate({ to: "/devices" })} />
      </PageHeader>
      <IdentityLine device={device} />
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
        <Tabs.List className={classes.tabs}>
          {DEVICE_TABS.map((name) => (
            <Tabs.Tab key={name} value={name} rightSection={<Badge device={device} tab={name} />}>
              {t(`tab.${name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="overview" className={classes.panel}>
          <Overview device={device} lastTasks={lastTasks} />
        </Tabs.Panel>
        <Tabs.Panel value="updates" className={classes.panel}>
          {updates(device)}
        </Tabs.Panel>
        <Tabs.Panel value="software" className={classes.panel}>
          <SoftwareGrid deviceId={deviceId} />
        </Tabs.Panel>
        <Tabs.Panel value="hardware" className={classes.panel}>
          <HardwareTab device={device} />
        </Tabs.Panel>
        <Tabs.Panel value="tasks" className={classes.panel}>
          {tasks}
        </Tabs.Panel>
      </Tabs>
    </>
  );
}
