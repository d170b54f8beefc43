import { useTranslation } from "react-i18next";
import type { Task } from "@/api/types.ts";
import { Card, Fact, Facts } from "@/ui/Facts.tsx";
import { useFormat } from "@/ui/format.ts";
import classes from "./tasks.module.css";

const SELECTS = ["all", "security", "chosen"] as const;
const RESTARTS = ["never", "if_required"] as const;

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function Install({ params }: { params: Task["params"] }) {
  const { t } = useTranslation("tasks");
  const select = SELECTS.find((value) => value === params["select"]);
  const restart = RESTARTS.find((value) => value === params["restart"]);
  const updates = (Array.isArray(params["updates"]) ? params["updates"] : []) as { name?: unknown; version?: unknown }[];
  return (
    <>
      <Fact name={t("params.select")}>{select ? t(`params.selects.${select}`) : null}</Fact>
      <Fact name={t("params.restart")}>{restart ? t(`params.restarts.${restart}`) : null}</Fact>
      {updates.length > 0 ? (
        <Fact name={t("params.updates")}>
          <ul className={classes.updates}>{updates.map((update) => <li key={`${text(update.name)} ${text(update.version)}`}>{text(update.name)} <span className="dim">{text(update.version)}</span></li>)}</ul>
        </Fact>
      ) : null}
    </>
  );
}

function Specific({ task }: { task: Task }) {
  const { t } = useTranslation("tasks");
  const format = useFormat();
  const { params } = task;
  if (task.kind === "updates.install") return <Install params={params} />;
  if (task.kind === "diagnostics.echo") return <Fact name={t("params.text")}>{text(params["text"])}</Fact>;
  if (task.kind === "system.restart") {
    return (
      <>
        <Fact name={t("params.delay")}>{typeof params["delay_seconds"] === "number" ? format.duration(params["delay_seconds"]) : null}</Fact>
        <Fact name={t("params.reason")}>{text(params["reason"])}</Fact>
      </>
    );
  }
  return null;
}

/** What was asked for, in words. */
export function ParamsCard({ task }: { task: Task }) {
  const { t } = useTranslation("tasks");
  const format = useFormat();
  return (
    <Card title={t("card.params")}>
      <Facts>
        <Specific task={task} />
        <Fact name={t("params.timeout")}>{format.duration(task.timeout_seconds)}</Fact>
        <Fact name={t("params.expires")}>{format.dateTime(task.expires_at)}</Fact>
        {task.exit_code === null ? null : <Fact name={t("params.exitCode")}>{task.exit_code}</Fact>}
        <Fact name={t("params.id")}><span className="mono">{task.id}</span></Fact>
      </Facts>
    </Card>
  );
}
