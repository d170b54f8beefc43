import { IconPlugConnectedX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useLiveLost } from "@/api/live.ts";
import classes from "./shell.module.css";

export function LiveNote() {
  const { t } = useTranslation("shell");
  const lost = useLiveLost();
  return (
    <div role="status" className={classes.noteSlot}>
      {lost ? (
        <div className={classes.note}>
          <IconPlugConnectedX size={16} aria-hidden />
          {t("liveLost")}
        </div>
      ) : null}
    </div>
  );
}
