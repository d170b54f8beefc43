import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconAlertTriangle, IconCircleCheck, IconRadar2, IconServerCog } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Device } from "@/api/types.ts";
import { useNothingPending } from "@/domain/updates/IncompleteScan.tsx";
import { useErrorText } from "@/i18n/errorText.ts";
import { ErrorState } from "@/ui/DataGrid/index.ts";
import { StateMessage } from "@/ui/StateMessage.tsx";
import { pendingUpdatesQuery } from "@/domain/updates/api.ts";
import classes from "../updates.module.css";
import { UpdateList } from "@/domain/updates/UpdateList.tsx";
import { ScanGaps } from "./ScanSources.tsx";

/** Who decides what the device is offered, in one line. */
function Policy({ policy }: { policy: NonNullable<Device["update_policy"]> }) {
  const { t } = useTranslation("updates");
  const parts = [
    policy.source === "wsus" && policy.server !== null
      ? t("policy.wsusAt", { server: policy.server })
      : t(`policy.${policy.source}`),
    policy.quality_deferral_days === null ? null : t("policy.quality", { count: policy.quality_deferral_days }),
    policy.feature_deferral_days === null ? null : t("policy.feature", { count: policy.feature_deferral_days }),
    policy.target_version === null ? null : t("policy.heldAt", { version: policy.target_version }),
    policy.automatic === true ? t("policy.automatic") : null,
  ];
  return (
    <p className={classes.policy}>
      <IconServerCog size={16} aria-hidden />
      <span>{parts.filter((part) => part !== null).join(" · ")}</span>
    </p>
  );
}

function Warnings({ device }: { device: Device }) {
  const { t } = useTranslation("updates");
  const errors = useErrorText();
  const failed =
    device.last_scan_error === null
      ? []
      : [t("scanFailed", { reason: errors.byCode(device.last_scan_error, device.last_scan_error_params) })];
  // Sources that failed and lines that were not read have a place of their own.
  const others = device.scan_warnings.filter(({ code }) => !/^apt\.(source_|lines_)/.test(code));
  const texts = [...failed, ...others.map(({ code, params }) => errors.byCode(code, params ?? null))];
  if (texts.length === 0) return null;
  return (
    <ul className={classes.warnings}>
      {texts.map((text, index) => (
        <li key={index}>
          <IconAlertTriangle size={15} aria-hidden />
          <span>{text}</span>
        </li>
      ))}
    </ul>
  );
}

function List({ device }: { device: Device }) {
  const { t } = useTranslation("updates");
  const { data, isPending, error, refetch } = useQuery(pendingUpdatesQuery(device.id));
  const nothingPending = useNothingPending();
  const scanned = device.last_scan_at !== null;
  if (isPending) return <Skeleton height={240} aria-label={t("loading")} />;
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (data.length === 0) {
    return (
      <StateMessage
        icon={device.up_to_date ? <IconCircleCheck size={32} stroke={1.4} /> : <IconRadar2 size={32} stroke={1.4} />}
        title={scanned ? nothingPending(device) : t("neverScanned")}
        text={scanned ? undefined : t("scanFirst")}
      />
    );
  }
  return <UpdateList updates={data} />;
}

/** The pending updates of one device, to read: who decides, what the scan met, what there is. */
export function DeviceUpdates({ device }: { device: Device }) {
  return (
    <div className={classes.tab}>
      {device.update_policy === null ? null : <Policy policy={device.update_policy} />}
      <Warnings device={device} />
      <ScanGaps device={device} />
      <List device={device} />
    </div>
  );
}
