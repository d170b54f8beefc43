import { IconBan, IconCircleCheck, IconSquareRoundedX, type Icon } from "@tabler/icons-react";
import type { ComponentType } from "react";
import { useTranslation } from "react-i18next";
import type { InstallOutcome, Task } from "@/api/types.ts";
import { useErrorText } from "@/i18n/errorText.ts";
import { Card } from "@/ui/Facts.tsx";
import { RestartDue } from "../devices/DeviceCells.tsx";
import { Status, type Tone } from "@/ui/Status.tsx";
import { AppsScanned, AppsUpgraded } from "./AppsCards.tsx";
import { HealthCard } from "./HealthCard.tsx";
import { AgentUpdatedCard, HistoryCard, ScriptCard, UninstalledCard } from "./SmallCards.tsx";
import classes from "./kinds.module.css";

type Result = NonNullable<Task["result"]>;

const LOOK: Record<InstallOutcome["outcome"], { tone: Tone; icon: Icon; rank: number }> = {
  failed: { tone: "critical", icon: IconSquareRoundedX, rank: 0 },
  skipped: { tone: "none", icon: IconBan, rank: 1 },
  installed: { tone: "ok", icon: IconCircleCheck, rank: 2 },
};

function isError(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  const { code, detail } = value as Record<string, unknown>;
  return typeof code === "string" && (detail === null || detail === undefined || typeof detail === "string");
}

/** An agent's result is hostile JSON: only what has the agreed shape is read. */
function isOutcome(value: unknown): value is InstallOutcome {
  if (typeof value !== "object" || value === null) return false;
  const entry = value as Record<string, unknown>;
  return (
    typeof entry["name"] === "string" &&
    typeof entry["version"] === "string" &&
    typeof entry["outcome"] === "string" &&
    Object.hasOwn(LOOK, entry["outcome"]) &&
    isError(entry["error"]) &&
    ["title", "kb", "installed_version"].every(
      (name) => entry[name] === undefined || entry[name] === null || typeof entry[name] === "string",
    )
  );
}

function Outcome({ entry }: { entry: InstallOutcome }) {
  const { t } = useTranslation("tasks");
  const errors = useErrorText();
  const { tone, icon } = LOOK[entry.outcome];
  const { error } = entry;
  return (
    <li>
      <span>
        <strong>{entry.title ?? entry.name}</strong>{" "}
        <span className="dim">{entry.kb ?? entry.installed_version ?? entry.version}</span>
      </span>
      <Status tone={tone} icon={icon}>
        {t(`outcome.${entry.outcome}`)}
      </Status>
      {error ? <span className={classes.detail}>{errors.byCode(error.code, error.params ?? null)}</span> : null}
      {error?.detail ? <span className={`${classes.detail ?? ""} mono`}>{error.detail}</span> : null}
    </li>
  );
}

/** What an installation did, update by update, failures first. */
function Installed({ result }: { result: Result }) {
  const { t } = useTranslation("tasks");
  const entries = (Array.isArray(result["updates"]) ? result["updates"] : [])
    .filter(isOutcome)
    .sort((a, b) => LOOK[a.outcome].rank - LOOK[b.outcome].rank);
  if (entries.length === 0) return null;
  const installed = entries.filter((entry) => entry.outcome === "installed").length;
  return (
    <Card
      title={t("installedOf", { done: installed, count: entries.length })}
      aside={result["restart_required"] === true ? <RestartDue /> : null}
    >
      <ul className={classes.outcomes}>
        {entries.map((entry) => (
          <Outcome key={`${entry.name} ${entry.version}`} entry={entry} />
        ))}
      </ul>
    </Card>
  );
}

function Counted({ result }: { result: Result }) {
  const { t } = useTranslation("tasks");
  const number = (key: string): number | null => (typeof result[key] === "number" ? result[key] : null);
  const [pending, security, software] = [number("pending_count"), number("security_count"), number("software_count")];
  if (pending === null && software === null) return null;
  return (
    <Card title={t("card.result")} aside={result["restart_required"] === true ? <RestartDue /> : null}>
      {pending === null ? null : <p>{t("found.updates", { count: pending })}</p>}
      {security === null ? null : <p>{t("found.security", { count: security })}</p>}
      {software === null ? null : <p>{t("found.software", { count: software })}</p>}
    </Card>
  );
}

const CARDS: Partial<Record<Task["kind"], ComponentType<{ result: Result }>>> = {
  "updates.install": Installed,
  "updates.history": HistoryCard,
  "updates.uninstall": UninstalledCard,
  "script.run": ScriptCard,
  "apps.scan": AppsScanned,
  "apps.upgrade": AppsUpgraded,
  "health.collect": HealthCard,
  "agent.update": AgentUpdatedCard,
};

/** What a finished task brought, where there is more to tell than its state. */
export function TaskResult({ task }: { task: Task }) {
  if (task.result === null) return null;
  const Content = CARDS[task.kind] ?? Counted;
  return <Content result={task.result} />;
}
