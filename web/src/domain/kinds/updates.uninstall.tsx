import { IconPackageOff } from "@tabler/icons-react";
import { lazy } from "react";
import { useTranslation } from "react-i18next";
import type { TaskResults } from "@/api/types.ts";
import { Card, Fact } from "@/ui/Facts.tsx";
import { RestartDue } from "../devices/DeviceCells.tsx";
import type { Kind } from "./kind.ts";
import { text, type Fields } from "./untrusted.ts";

function Params({ params }: { params: Fields }) {
  const { t } = useTranslation("kinds");
  return <Fact name={t("updates.install.updates")}>{text(params["kb"])}</Fact>;
}

/** An update that was taken away. */
function Result({ result }: { result: TaskResults["updates.uninstall"] }) {
  const { t } = useTranslation("kinds");
  const { kb, restart_required: restart } = result;
  return (
    <Card title={t("result")} aside={restart ? <RestartDue /> : null}>
      <p>{restart ? t("updates.uninstall.afterRestart", { kb }) : t("updates.uninstall.done", { kb })}</p>
    </Card>
  );
}

export const updatesUninstall: Kind<"updates.uninstall"> = {
  icon: IconPackageOff,
  isGuarded: true,
  canRetry: true,
  start: {
    permission: "update:install",
    place: "updates",
    systems: ["windows"],
    isDanger: true,
    Dialog: lazy(() => import("./UninstallDialog.tsx")),
  },
  Params,
  Result,
};
