import { Button, Menu, Tooltip } from "@mantine/core";
import {
  IconActivityHeartbeat,
  IconApps,
  IconChevronDown,
  IconCloudUpload,
  IconDownload,
  IconHistory,
  IconListSearch,
  IconMessage2,
  IconPackageOff,
  IconPackages,
  IconPower,
  IconRadar2,
  IconTerminal2,
  type Icon,
} from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Device, TaskKind } from "@/api/types.ts";
import { useDenial } from "@/domain/permissions.ts";
import { oneDevice } from "@/domain/startJob/target.ts";
import { useStartJob } from "@/domain/startJob/StartJobProvider.tsx";
import { ReasonItem } from "@/ui/ReasonItem.tsx";
import { useAgentUpdateOffer } from "./agentUpdateOffer.tsx";
import { ScriptDialog } from "./ScriptDialog.tsx";
import { UninstallDialog } from "./UninstallDialog.tsx";

const ICON = 16;
const ECHO = { text: "Bosman", repeat: 5, interval_seconds: 1 };

interface ActionProps {
  label: string;
  icon: Icon;
  primary?: boolean;
  reason: string | undefined;
  onClick: () => void;
}

function Action({ label, icon: Shape, primary = false, reason, onClick }: ActionProps) {
  const off = reason !== undefined;
  return (
    <Tooltip label={reason ?? ""} disabled={!off}>
      <Button
        variant={primary ? "filled" : "default"}
        leftSection={<Shape size={ICON} />}
        aria-disabled={off}
        data-disabled={off || undefined}
        onClick={() => {
          if (!off) onClick();
        }}
      >
        {label}
      </Button>
    </Tooltip>
  );
}

type Dialog = "script" | "uninstall";

/** What is asked for less often. */
function More({
  device,
  create,
  onOpen,
}: {
  device: Device;
  create: string | undefined;
  onOpen: (dialog: Dialog) => void;
}) {
  const { t } = useTranslation("devices");
  const denial = useDenial();
  const { start } = useStartJob();
  const tenant = device.tenant_id;
  const gone = device.status === "revoked" ? t("isRevoked") : undefined;
  const foreign = device.os_family === "windows" ? undefined : t("windowsOnly");
  const install = gone ?? denial("update:install", tenant) ?? foreign;
  const agent = useAgentUpdateOffer(device);
  const run = (kind: TaskKind, params: Record<string, unknown> = {}, confirm?: boolean): void => {
    start({ kind, params, ...(confirm === undefined ? {} : { confirm }), ...oneDevice(device) });
  };
  return (
    <>
      <Menu>
        <Menu.Target>
          <Button variant="default" rightSection={<IconChevronDown size={14} />}>
            {t("action.more")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <ReasonItem
            leftSection={<IconTerminal2 size={ICON} />}
            reason={gone ?? denial("script:run", tenant)}
            onClick={() => {
              onOpen("script");
            }}
          >
            {t("action.script")}
          </ReasonItem>
          <ReasonItem
            leftSection={<IconListSearch size={ICON} />}
            reason={create}
            onClick={() => {
              run("inventory.collect");
            }}
          >
            {t("action.inventory")}
          </ReasonItem>
          <ReasonItem
            leftSection={<IconActivityHeartbeat size={ICON} />}
            reason={create}
            onClick={() => {
              run("health.collect");
            }}
          >
            {t("action.health")}
          </ReasonItem>
          <Menu.Divider />
          <ReasonItem
            leftSection={<IconHistory size={ICON} />}
            reason={create}
            onClick={() => {
              run("updates.history");
            }}
          >
            {t("action.history")}
          </ReasonItem>
          <ReasonItem
            leftSection={<IconPackageOff size={ICON} />}
            danger
            reason={install}
            onClick={() => {
              onOpen("uninstall");
            }}
          >
            {t("action.uninstall")}
          </ReasonItem>
          <ReasonItem
            leftSection={<IconApps size={ICON} />}
            reason={create ?? foreign}
            onClick={() => {
              run("apps.scan");
            }}
          >
            {t("action.apps")}
          </ReasonItem>
          <ReasonItem
            leftSection={<IconPackages size={ICON} />}
            reason={install}
            onClick={() => {
              run("apps.upgrade", { select: "all" }, true);
            }}
          >
            {t("action.upgradeApps")}
          </ReasonItem>
          <Menu.Divider />
          <ReasonItem
            leftSection={<IconCloudUpload size={ICON} />}
            reason={gone ?? denial("agent:update", tenant) ?? agent.nothing}
            onClick={agent.start}
          >
            {agent.name}
          </ReasonItem>
          <ReasonItem
            leftSection={<IconMessage2 size={ICON} />}
            reason={create}
            onClick={() => {
              run("diagnostics.echo", ECHO);
            }}
          >
            {t("action.echo")}
          </ReasonItem>
        </Menu.Dropdown>
      </Menu>
      {agent.dialog}
    </>
  );
}

/** What can be asked of one device. */
export function DeviceActions({ device, onInstall }: { device: Device; onInstall: () => void }) {
  const { t } = useTranslation("devices");
  const denial = useDenial();
  const { start } = useStartJob();
  const [dialog, open] = useState<Dialog | null>(null);
  const tenant = device.tenant_id;
  const gone = device.status === "revoked" ? t("isRevoked") : undefined;
  const create = gone ?? denial("task:create", tenant);
  const run = (kind: TaskKind): void => {
    start({ kind, params: {}, ...oneDevice(device) });
  };
  return (
    <>
      <Action
        label={t("action.scan")}
        icon={IconRadar2}
        reason={create}
        onClick={() => {
          run("updates.scan");
        }}
      />
      <Action
        label={t("action.restart")}
        icon={IconPower}
        reason={gone ?? denial("system:restart", tenant)}
        onClick={() => {
          run("system.restart");
        }}
      />
      <More device={device} create={create} onOpen={open} />
      <Action
        label={t("action.install")}
        icon={IconDownload}
        primary
        reason={
          gone ?? denial("update:install", tenant) ?? (!device.pending_updates ? t("nothingToInstall") : undefined)
        }
        onClick={onInstall}
      />
      <ScriptDialog
        device={device}
        opened={dialog === "script"}
        onClose={() => {
          open(null);
        }}
      />
      <UninstallDialog
        device={device}
        opened={dialog === "uninstall"}
        onClose={() => {
          open(null);
        }}
      />
    </>
  );
}
