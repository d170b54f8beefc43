import { IconBan, IconCircleCheck, IconSquareRoundedX, type Icon } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { InstallOutcome, Task } from "@/api/types.ts";
import { useErrorText } from "@/ui/errorText.ts";
import { Card } from "@/ui/Facts.tsx";
import { RestartDue } from "@/ui/DeviceCells.tsx";
import { Status, type Tone } from "@/ui/Status.tsx";
import classes from "./tasks.module.css";

const LOOK: Record<InstallOutcome["outcome"], { tone: Tone; icon: Icon; rank: number }> = {
  failed: { tone: "critical", icon: IconSquareRoundedX, rank: 0 },
  skipped: { tone: "none", icon: IconBan, rank: 1 },
  installed: { tone: "ok", icon: IconCircleCheck, rank: 2 },
};

/** An agent's result is hostile JSON: only what has the agreed shape is read. */
function isOutcome(value: unknown): value is InstallOutcome {
  if (typeof value !== "object" || value === null) return false;
  const entry = value as Record<string, unknown>;
  return typeof entry["name"] === "string" && typeof entry["version"] === "string" && typeof entry["outcome"] === "string" && entry["outcome"] in LOOK;
}

function Outcome({ entry }: { entry: InstallOutcome }) {
  const { t } = useTranslation("tasks");
  const errors = useErrorText();
  const { tone, icon } = LOOK[entry.outcome];
  return (
    <li>
      <span><strong>{entry.name}</strong> <span className="dim">{entry.version}</span></span>
      <Status tone={tone} icon={icon}>{t(`outcome.${entry.outcome}`)}</Status>
      {typeof entry.error_code === "string" ? <span className={classes.detail}>{errors.byCode(entry.error_code)}</span> : null}
      {typeof entry.detail === "string" ? <span className={`${classes.detail ?? ""} mono`}>{entry.detail}</span> : null}
    </li>
  );
}

/** What an installation did, update by update, failures first. */
export function ResultCard({ task }: { task: Task }) {
  const { t } = useTranslation("tasks");
  if (task.kind !== "updates.install" || task.result === null) return null;
  const entries = (Array.isArray(task.result["updates"]) ? task.result["updates"] : []).filter(isOutcome).sort((a, b) => LOOK[a.outcome].rank - LOOK[b.outcome].rank);
  if (entries.length === 0) return null;
  const installed = entries.filter((entry) => entry.outcome === "installed").length;
  return (
    <Card title={t("installedOf", { count: installed, total: entries.length })} aside={task.result["restart_required"] === true ? <RestartDue /> : null}>
      <ul className={classes.outcomes}>
        {entries.map((entry) => <Outcome key={`${entry.name} ${entry.version}`} entry={entry} />)}
      </ul>
    </Card>
  );
}
