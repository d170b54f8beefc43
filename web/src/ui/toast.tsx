import { notifications } from "@mantine/notifications";
import { IconAlertTriangle, IconCheck } from "@tabler/icons-react";
import type { ReactNode } from "react";

const READING_MS = 6000;

export function toastDone(message: ReactNode): void {
  notifications.show({ message, color: "teal", icon: <IconCheck size={16} />, autoClose: READING_MS, withBorder: true });
}

export function toastFailed(message: ReactNode): void {
  notifications.show({ message, color: "red", icon: <IconAlertTriangle size={16} />, autoClose: READING_MS * 2, withBorder: true });
}
