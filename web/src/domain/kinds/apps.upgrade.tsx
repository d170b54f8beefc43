import { IconBan, IconCircleCheck, IconCircleDashed, IconPackages, IconSquareRoundedX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { TaskResults } from "@/api/types.ts";
import { Card, Fact } from "@/ui/Facts.tsx";
import type { Look } from "@/ui/Status.tsx";
import { RestartDue } from "../devices/DeviceCells.tsx";
import type { Kind } from "./kind.ts";
import classes from "./kinds.module.css";
import { OutcomeLine } from "./OutcomeLine.tsx";
import { rows, text, type Fields } from "./untrusted.ts";

function Params({ params }: { params: Fields }) {
  const { t } = useTranslation("kinds");
  const apps = rows(params["apps"]).map((app) => text(app["id"]) ?? "");
  return (
    <Fact name={t("apps.upgrade.apps")}>
      {params["select"] === "all" ? (
        t("apps.upgrade.allApps")
      ) : (
        <ul className={classes.updates}>
          {apps.map((id) => (
            <li key={id} className="mono">
              {id}
            </li>
          ))}
        </ul>
      )}
    </Fact>
  );
}

const OUTCOMES = ["failed", "skipped", "nothing_to_do", "upgraded"] as const;
const LOOK: Record<TaskResults["apps.upgrade"]["apps"][number]["outcome"], Look> = {
  failed: { tone: "critical", icon: IconSquareRoundedX },
  skipped: { tone: "none", icon: IconBan },
  nothing_to_do: { tone: "none", icon: IconCircleDashed },
  upgraded: { tone: "ok", icon: IconCircleCheck },
};

/** What became of every application, failures first. */
function Result({ result }: { result: TaskResults["apps.upgrade"] }) {
  const { t } = useTranslation("kinds");
  const apps = [...result.apps].sort((a, b) => OUTCOMES.indexOf(a.outcome) - OUTCOMES.indexOf(b.outcome));
  const done = apps.filter(({ outcome }) => outcome === "upgraded").length;
  return (
    <Card
      title={t("apps.upgrade.upgradedOf", { done, count: apps.length })}
      aside={result.restart_required ? <RestartDue /> : null}
    >
      <ul className={classes.outcomes}>
        {apps.map(({ id, outcome, error }, index) => (
          <OutcomeLine
            key={index}
            name={<strong className="mono">{id}</strong>}
            look={LOOK[outcome]}
            word={t(`apps.upgrade.outcome.${outcome}`)}
            error={error}
          />
        ))}
      </ul>
    </Card>
  );
}

export const appsUpgrade: Kind<"apps.upgrade"> = {
  icon: IconPackages,
  isGuarded: true,
  canRetry: true,
  start: {
    permission: "update:install",
    place: "updates",
    systems: ["windows"],
    params: { select: "all" },
    asks: true,
  },
  Params,
  Result,
};
