import { useTranslation } from "react-i18next";
import { Card } from "@/ui/Facts.tsx";
import { RestartDue } from "../devices/DeviceCells.tsx";
import { number, type Fields } from "./untrusted.ts";

/** How much a scan or an inventory found. */
export function Counted({ result }: { result: Fields }) {
  const { t } = useTranslation("kinds");
  const pending = number(result["pending_count"]);
  const security = number(result["security_count"]);
  const software = number(result["software_count"]);
  if (pending === null && software === null) return null;
  return (
    <Card title={t("result")} aside={result["restart_required"] === true ? <RestartDue /> : null}>
      {pending === null ? null : <p>{t("found.updates", { count: pending })}</p>}
      {security === null ? null : <p>{t("found.security", { count: security })}</p>}
      {software === null ? null : <p>{t("found.software", { count: software })}</p>}
    </Card>
  );
}
