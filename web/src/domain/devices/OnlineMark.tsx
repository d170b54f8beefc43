import { Tooltip } from "@mantine/core";
import { useTranslation } from "react-i18next";
import classes from "./deviceCells.module.css";

/** Whether a device is connected, as a mark with a name. */
export function OnlineMark({ online }: { online: boolean }) {
  const { t } = useTranslation("common");
  const label = online ? t("online") : t("offline");
  return (
    <Tooltip label={label}>
      <span className={classes.online} data-online={online || undefined}>
        <span className={classes.dot} aria-hidden />
        <span className="visually-hidden">{label}</span>
      </span>
    </Tooltip>
  );
}
