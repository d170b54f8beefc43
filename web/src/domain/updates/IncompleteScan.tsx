import { Tooltip } from "@mantine/core";
import { IconCircleDashed } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { DeviceRow } from "@/api/types.ts";
import { Status } from "@/ui/Status.tsx";

type Scanned = Pick<DeviceRow, "scan_completeness" | "failed_sources" | "unread_lines" | "last_scan_at">;

/** Whether more may be missing than a device's list says, so that its counts are none to rest on. */
export function isIncomplete(device: Scanned): boolean {
  return device.last_scan_at !== null && device.scan_completeness === "incomplete";
}

/** Why a scan saw only a part, in short sentences. */
export function useScanGaps(): (device: Scanned) => string[] {
  const { t } = useTranslation("common");
  return ({ failed_sources: failed, unread_lines: unread }) => [
    ...(failed ? [t("scan.failedSources", { count: failed })] : []),
    ...(unread ? [t("scan.unreadLines", { count: unread })] : []),
  ];
}

/** Said beside the counts of a device of which not everything is known; the reasons are in the tip. */
export function IncompleteScan({ device }: { device: Scanned }) {
  const { t } = useTranslation("common");
  const gaps = useScanGaps();
  if (!isIncomplete(device)) return null;
  const why = gaps(device).join(" ");
  return (
    <Tooltip label={why} multiline maw={320}>
      <span tabIndex={0}>
        <Status tone="medium" icon={IconCircleDashed}>
          {t("scan.incomplete")}
        </Status>
        <span className="visually-hidden">{why}</span>
      </span>
    </Tooltip>
  );
}

/** What stands where nothing is pending: "up to date" is said of a recent, complete scan alone. */
export function useNothingPending(): (device: Scanned & Pick<DeviceRow, "up_to_date">) => string {
  const { t } = useTranslation("common");
  return (device) => (device.up_to_date ? t("scan.upToDate") : t("scan.nothingFound"));
}
