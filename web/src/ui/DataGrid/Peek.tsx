import { ActionIcon } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useEffect, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import classes from "./grid.module.css";

/** One row beside the list; the list keeps the focus, so that the next row is a key away. */
export function Peek({ name, onClose, children }: { name: string; onClose: () => void; children: ReactNode }) {
  const { t } = useTranslation("grid");
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === "Escape" && !event.defaultPrevented) onClose();
    };
    window.addEventListener("keydown", onKey);
    return () => {
      window.removeEventListener("keydown", onKey);
    };
  }, [onClose]);
  return (
    <aside className={classes.peek} aria-label={t("peek", { name })}>
      <ActionIcon className={classes.peekClose} aria-label={t("peekClose")} onClick={onClose}>
        <IconX size={16} />
      </ActionIcon>
      {children}
    </aside>
  );
}
