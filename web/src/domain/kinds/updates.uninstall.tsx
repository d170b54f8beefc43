import { IconPackageOff } from "@tabler/icons-react";
import { lazy } from "react";
import { useTranslation } from "react-i18next";
import { Card, Fact } from "@/ui/Facts.tsx";
import { RestartDue } from "../devices/DeviceCells.tsx";
import type { Kind } from "./kind.ts";
import { text, type Fields } from "./untrusted.ts";

function Params({ params }: { params: Fields }) {
  const { t } = useTranslation("kinds");
  return <Fact name={t("updates.install.updates")}>{text(params["kb"])}</Fact>;
}

/** An update that was taken away. */
function Result({ result }: { result: Fields }) {
  const { t } = useTranslation("kinds");
  const kb = text(result["kb"]) ?? "–";
  const restart = result["restart_required"] === true;
  return (
    <Card title={t("result")} aside={restart ? <RestartDue /> : null}>
      <p>{restart ? t("updates.uninstall.afterRestart", { kb }) : t("updates.uninstall.done", { kb })}</p>
    </Card>
  );
}

export const updatesUninstall: Kind = {
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
