import { useTranslation } from "react-i18next";
import type { FilterTexts } from "../list/ListGrid.tsx";

/** The filters that lists of devices have in common, as they stand in the address and as the API takes them. */
export const DEVICE_FILTERS = {
  online: { type: "flag", param: "online" },
  os: { type: "one", param: "os_family", values: ["linux", "windows"] },
  pending: { type: "one", param: "pending", values: ["any", "security", "none"] },
  scan: { type: "many", param: "scan_completeness", values: ["incomplete", "complete", "unknown"] },
  restart: { type: "flag", param: "restart_required" },
  disk: { type: "one", param: "disk_room", values: ["low", "unknown"] },
  status: { type: "one", param: "status", values: ["active", "revoked"] },
} as const;

/** The words of these filters. */
export function useDeviceFilterTexts(): FilterTexts<typeof DEVICE_FILTERS> {
  const { t } = useTranslation("common");
  return {
    online: { label: t("filter.online.label"), word: (value) => t(`filter.online.${value}`) },
    os: { label: t("filter.os.label"), word: (value) => t(`filter.os.${value}`) },
    pending: { label: t("filter.pending.label"), word: (value) => t(`filter.pending.${value}`) },
    scan: { label: t("filter.scan.label"), word: (value) => t(`filter.scan.${value}`) },
    restart: { label: t("filter.restart.label"), word: (value) => t(`filter.restart.${value}`) },
    disk: { label: t("filter.disk.label"), word: (value) => t(`filter.disk.${value}`) },
    status: { label: t("filter.status.label"), word: (value) => t(`filter.status.${value}`) },
  };
}
