import { Alert, Button } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Edited } from "./useEdited.ts";

interface StaleAlertProps {
  edited: Pick<Edited<undefined>, "state" | "load" | "isLoading">;
  /** Room above, where the form leaves none. */
  mt?: number;
}

/** Says in a form that somebody else has changed the same meanwhile, and loads it without losing what was typed. */
export function StaleAlert({ edited, mt = 0 }: StaleAlertProps) {
  const { t } = useTranslation("common");
  if (edited.state === "current") return null;
  if (edited.state === "loaded") {
    return (
      <Alert color="blue" role="status" mt={mt}>
        {t("edited.loaded")}
      </Alert>
    );
  }
  return (
    <Alert color="yellow" role="alert" icon={<IconAlertTriangle size={16} />} mt={mt}>
      <strong>{t("edited.title")}</strong>
      <p>{t("edited.text")}</p>
      <Button size="xs" mt={8} loading={edited.isLoading} onClick={edited.load}>
        {t("edited.load")}
      </Button>
    </Alert>
  );
}
