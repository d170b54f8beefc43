import { Button, Menu, Tooltip } from "@mantine/core";
import { IconChevronDown, IconDownload, IconListSearch, IconMessage2, IconRadar2, IconPower, type Icon } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Device, TaskKind } from "@/api/types.ts";
import { useDenial } from "@/app/permissions.ts";
import { oneDevice } from "@/app/work/target.ts";
import { useWork } from "@/app/work/WorkProvider.tsx";
import { ReasonItem } from "@/ui/ReasonItem.tsx";

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
      <Button variant={primary ? "filled" : "default"} leftSection={<Shape size={ICON} />} aria-disabled={off} data-disabled={off || undefined} onClick={() => { if (!off) onClick(); }}>
        {label}
      </Button>
    </Tooltip>
  );
}

/** What can be asked of one device. */
export function DeviceActions({ device, onInstall }: { device: Device; onInstall: () => void }) {
  const { t } = useTranslation("devices");
  const denial = useDenial();
  const { start } = useWork();
  const tenant = device.tenant_id;
  const gone = device.status === "revoked" ? t("isRevoked") : undefined;
  const create = gone ?? denial("task:create", tenant);
  const run = (kind: TaskKind, params: Record<string, unknown> = {}): void => { start({ kind, params, ...oneDevice(device) }); };
  return (
    <>
      <Action label={t("action.scan")} icon={IconRadar2} reason={create} onClick={() => { run("updates.scan"); }} />
      <Action label={t("action.restart")} icon={IconPower} reason={gone ?? denial("system:restart", tenant)} onClick={() => { run("system.restart"); }} />
      <Menu>
        <Menu.Target>
          <Button variant="default" rightSection={<IconChevronDown size={14} />}>{t("action.more")}</Button>
        </Menu.Target>
        <Menu.Dropdown>
          <ReasonItem leftSection={<IconListSearch size={ICON} />} reason={create} onClick={() => { run("inventory.collect"); }}>{t("action.inventory")}</ReasonItem>
          <ReasonItem leftSection={<IconMessage2 size={ICON} />} reason={create} onClick={() => { run("diagnostics.echo", ECHO); }}>{t("action.echo")}</ReasonItem>
        </Menu.Dropdown>
      </Menu>
      <Action
        label={t("action.install")}
        icon={IconDownload}
        primary
        reason={gone ?? denial("update:install", tenant) ?? (!device.pending_updates ? t("nothingToInstall") : undefined)}
        onClick={onInstall}
      />
    </>
  );
}
