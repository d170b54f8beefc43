import { useTranslation } from "react-i18next";
import type { TaskResults } from "@/api/types.ts";
import { Card } from "@/ui/Facts.tsx";
import { RestartDue } from "../devices/DeviceCells.tsx";

type Found = TaskResults["updates.scan"] | TaskResults["inventory.collect"];

/** How much a scan or an inventory found. */
export function Counted({ result }: { result: Found }) {
  const { t } = useTranslation("kinds");
  if ("software_count" in result) {
    return (
      <Card title={t("result")}>
        <p>{t("found.software", { count: result.software_count })}</p>
      </Card>
    );
  }
  return (
    <Card title={t("result")} aside={result.restart_required === true ? <RestartDue /> : null}>
      <p>{t("found.updates", { count: result.pending_count })}</p>
      <p>{t("found.security", { count: result.security_count })}</p>
    </Card>
  );
}
