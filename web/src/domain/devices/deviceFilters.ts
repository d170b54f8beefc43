import { useTranslation } from "react-i18next";
import type { FilterTexts } from "../list/ListGrid.tsx";

/** The filters that lists of devices have in common, as they stand in the address and as the API takes them. */
export const DEVICE_FILTERS = {
  online: { type: "flag", param: "online" },
  seen: { type: "days", param: "seen_older_days", values: [">1d", ">7d", ">30d", ">90d"] },
  os: { type: "one", param: "os_family", values: ["linux", "windows"], not: "os_family_not" },
  pending: { type: "one", param: "pending", values: ["any", "security", "none"] },
  class: {
    type: "many",
    param: "update_class",
    values: ["critical", "security", "optional", "driver", "definition", "feature"],
    not: "update_class_not",
  },
  severity: { type: "many", param: "severity", values: ["critical", "important", "moderate", "low"] },
  age: { type: "days", param: "update_older_days", values: [">7d", ">14d", ">30d", ">90d"] },
  kb: { type: "text", param: "kb" },
  update: { type: "text", param: "update" },
  completeness: { type: "many", param: "scan_completeness", values: ["incomplete", "complete", "unknown"] },
  restart: { type: "flag", param: "restart_required" },
  health: {
    type: "many",
    param: "disk_verdict",
    values: ["failing", "warning", "unknown", "ok"],
    not: "disk_verdict_not",
  },
  scan: { type: "days", param: "scan_older_days", values: [">1d", ">7d", ">30d"] },
  disk: { type: "one", param: "disk_room", values: ["low", "unknown"] },
  status: { type: "one", param: "status", values: ["active", "revoked"] },
} as const;

const days = (value: string): number => Number.parseInt(value.slice(1), 10);

/** The words of these filters. */
export function useDeviceFilterTexts(): FilterTexts<typeof DEVICE_FILTERS> {
  const { t } = useTranslation("common");
  const older = (value: string): string => t("filter.older", { count: days(value) });
  return {
    online: { label: t("filter.online.label"), word: (value) => t(`filter.online.${value}`) },
    seen: { label: t("filter.seen"), word: older, isRare: true },
    os: { label: t("filter.os.label"), word: (value) => t(`filter.os.${value}`) },
    pending: { label: t("filter.pending.label"), word: (value) => t(`filter.pending.${value}`) },
    class: {
      label: t("filter.class"),
      word: (value) => t(`updateClass.${value}`),
      quick: ["critical", "security"],
      isRare: true,
    },
    severity: { label: t("filter.severity"), word: (value) => t(`severity.${value}`), isRare: true },
    age: { label: t("filter.age"), word: older, isRare: true },
    kb: { label: t("filter.kb"), word: (value) => value, isRare: true },
    update: { label: t("filter.update"), word: (value) => value, isRare: true },
    completeness: {
      label: t("filter.completeness.label"),
      word: (value) => t(`filter.completeness.${value}`),
      quick: ["incomplete"],
      isRare: true,
    },
    restart: { label: t("filter.restart.label"), word: (value) => t(`filter.restart.${value}`) },
    health: { label: t("filter.health"), word: (value) => t(`disk.${value}`), isRare: true },
    scan: { label: t("filter.scan"), word: older, isRare: true },
    disk: { label: t("filter.disk.label"), word: (value) => t(`filter.disk.${value}`), isRare: true },
    status: { label: t("filter.status.label"), word: (value) => t(`filter.status.${value}`), isRare: true },
  };
}
