import { Alert, Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Edited } from "./useEdited.ts";

/** Says in a form that somebody else has changed the same meanwhile, and loads it without losing what was typed. */
export function StaleAlert({ edited }: { edited: Pick<Edited<undefined>, "state" | "load" | "isLoading"> }) {
  const { t } = useTranslation("common");
  if (edited.state === "current") return null;
  if (edited.state === "loaded") {
    return (
      <Alert color="blue" role="status">
        {t("edited.loaded")}
      </Alert>
    );
  }
  return (
    <Alert color="orange" role="alert" title={t("edited.title")}>
      <p>{t("edited.text")}</p>
      <Button size="xs" mt={8} loading={edited.isLoading} onClick={edited.load}>
        {t("edited.load")}
      </Button>
    </Alert>
  );
}
