import { Anchor } from "@mantine/core";
import { IconPlugConnectedX, IconRefresh } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useLiveLost, useOutdated } from "@/api/live.ts";
import classes from "./shell.module.css";

function reload(): void {
  window.location.reload();
}

export function LiveNote() {
  const { t } = useTranslation("shell");
  const lost = useLiveLost();
  const outdated = useOutdated();
  return (
    <div role="status" className={classes.noteSlot}>
      {lost ? (
        <div className={classes.note}>
          <IconPlugConnectedX size={16} aria-hidden />
          {t("liveLost")}
        </div>
      ) : outdated ? (
        <div className={classes.note}>
          <IconRefresh size={16} aria-hidden />
          {t("newVersion")}
          <Anchor component="button" type="button" inherit onClick={reload}>
            {t("newVersionReload")}
          </Anchor>
        </div>
      ) : null}
    </div>
  );
}
