import { Alert } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Device } from "@/api/types.ts";
import { useFormat } from "@/ui/format.ts";

/** Two machines use the identity of one device: what was seen, what holds now, and what to do. */
export function CloneAlert({ device }: { device: Device }) {
  const { t } = useTranslation("devices");
  const format = useFormat();
  if (device.clone_seen_at === null || device.status === "revoked") return null;
  return (
    <Alert color="red" icon={<IconAlertTriangle size={16} />} title={t("clone.title")}>
      {t("clone.seen", { at: format.dateTime(device.clone_seen_at) })}{" "}
      {device.locked_until === null ? null : `${t("clone.locked", { at: format.dateTime(device.locked_until) })} `}
      {t("clone.mend")}
    </Alert>
  );
}
