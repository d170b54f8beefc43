import { IconDownload, IconRadar2, IconPower } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { UpdateDeviceRow } from "@/api/types.ts";
import { useDenial } from "@/domain/permissions.ts";
import { useStartJob } from "@/domain/startJob/context.ts";
import { oneDevice } from "@/domain/startJob/target.ts";
import { IconAction } from "@/ui/IconAction.tsx";
import classes from "../updates.module.css";

const ICON = 17;

/** Scan, install, restart: the same three, in the same place, on every row. */
export function RowActions({ device, onInstall }: { device: UpdateDeviceRow; onInstall: () => void }) {
  const { t } = useTranslation("updates");
  const denial = useDenial();
  const { start } = useStartJob();
  const target = oneDevice(device);
  const nothing = !device.pending_updates ? t("nothingToInstall") : undefined;
  return (
    <span className={classes.rowActions}>
      <IconAction
        label={t("row.scan", { name: device.hostname })}
        icon={<IconRadar2 size={ICON} />}
        disabledReason={denial("task:create", device.tenant_id)}
        onClick={() => {
          start({ kind: "updates.scan", params: {}, ...target });
        }}
      />
      <IconAction
        label={t("row.install", { name: device.hostname })}
        icon={<IconDownload size={ICON} />}
        disabledReason={denial("update:install", device.tenant_id) ?? nothing}
        onClick={onInstall}
      />
      <IconAction
        label={t("row.restart", { name: device.hostname })}
        icon={<IconPower size={ICON} />}
        disabledReason={denial("system:restart", device.tenant_id)}
        onClick={() => {
          start({ kind: "system.restart", params: {}, ...target });
        }}
      />
    </span>
  );
}
