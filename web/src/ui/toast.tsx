import { notifications } from "@mantine/notifications";
import { IconAlertTriangle, IconCheck } from "@tabler/icons-react";
import type { ReactNode } from "react";
import i18n from "@/i18n/index.ts";

const READING_MS = 6000;

function common() {
  return { withBorder: true, closeButtonProps: { "aria-label": i18n.t("common:close") } };
}

export function toastDone(message: ReactNode): void {
  notifications.show({ message, color: "teal", icon: <IconCheck size={16} />, autoClose: READING_MS, ...common() });
}

export function toastFailed(message: ReactNode): void {
  notifications.show({
    message,
    color: "red",
    icon: <IconAlertTriangle size={16} />,
    autoClose: READING_MS * 2,
    ...common(),
  });
}

/** Toasts are about the page on which they came: another page starts without them. */
export function clearToasts(): void {
  notifications.clean();
}
