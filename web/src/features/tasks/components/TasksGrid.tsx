import { Tooltip } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useMemo, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { TaskRow } from "@/api/types.ts";
import { ListGrid, type Columns, type FilterTexts } from "@/domain/list/ListGrid.tsx";
import { useOutcomeText } from "@/domain/kinds/outcomeText.ts";
import { useList } from "@/domain/list/useList.ts";
import { isUnfinished } from "@/domain/tasks/taskState.ts";
import { TaskStateBadge } from "@/domain/tasks/TaskStateBadge.tsx";
import { useErrorText } from "@/i18n/errorText.ts";
import { Dash } from "@/ui/Dash.tsx";
import { useFormat } from "@/ui/format.ts";
import { ProgressLine } from "@/ui/ProgressLine.tsx";
import { RelTime } from "@/ui/RelTime.tsx";
import { deviceTasksList, jobTasksList, type TASK_FILTERS } from "../api.ts";
import classes from "../tasks.module.css";
import { Duration } from "./Duration.tsx";

function StateCell({ task }: { task: TaskRow }) {
  const { t } = useTranslation(["tasks", "common"]);
  const format = useFormat();
  if (task.state === "running" && task.progress_percent !== null) {
    const label = t("tasks:runningAt", {
      state: t("common:taskState.running"),
      percent: format.percent(task.progress_percent),
    });
    return (
      <ProgressLine
        percent={task.progress_percent}
        label={label}
        name={t("tasks:progressOf", { name: task.hostname })}
      />
    );
  }
  if (task.waiting_for === null) return <TaskStateBadge state={task.state} />;
  return (
    <>
      <TaskStateBadge state={task.state} />
      <div className="second-line">{t(`tasks:waitingFor.${task.waiting_for}`)}</div>
    </>
  );
}

/** What came of it: why it failed, or what it brought; of a script without an outcome the last words it said. */
function useResultText(): (task: TaskRow) => string | null {
  const { t } = useTranslation("tasks");
  const errors = useErrorText();
  const outcome = useOutcomeText();
  return (task) => {
    if (task.error_code !== null) return errors.byCode(task.error_code, task.error_params);
    const words = outcome(task.kind, task.outcome);
    if (words !== null) return words;
    if (task.exit_code !== null && task.exit_code !== 0) return t("exitCode", { code: task.exit_code });
    return null;
  };
}

/** The last words of a script, for what it did is in no word of ours: of stderr when it went wrong, else of stdout. */
function Tail({ task }: { task: TaskRow }) {
  const tail =
    task.state === "succeeded" ? (task.stdout_tail ?? task.stderr_tail) : (task.stderr_tail ?? task.stdout_tail);
  if (task.kind !== "script.run" || tail === null || isUnfinished(task.state)) return null;
  return (
    <Tooltip label={<span className={classes.tailAll}>{tail}</span>} multiline>
      <div className={`second-line ${classes.tail ?? ""}`}>{tail.slice(tail.lastIndexOf("\n") + 1)}</div>
    </Tooltip>
  );
}

function ResultCell({ task }: { task: TaskRow }) {
  const { t } = useTranslation("tasks");
  const text = useResultText()(task);
  const away = isUnfinished(task.state) && !task.device_online;
  return (
    <>
      {text === null ? null : (
        <span className={classes.clip} title={text}>
          {text}
        </span>
      )}
      {text === null && away ? <span className="dim">{t("deviceOffline")}</span> : null}
      {text === null && !away && (task.kind !== "script.run" || isUnfinished(task.state)) ? <Dash /> : null}
      <Tail task={task} />
    </>
  );
}

/** What all rows have in common, which therefore needs no column. */
type Common = "device" | "job";

function useColumns(common: Common): Columns<typeof deviceTasksList> {
  const { t } = useTranslation(["tasks", "kinds"]);
  return useMemo(() => {
    const open = (task: TaskRow, text: string): ReactNode => (
      <Link to="/tasks/$taskId" params={{ taskId: task.id }} className={classes.name} data-row-link>
        {text}
      </Link>
    );
    const byKind: Columns<typeof deviceTasksList>[number] = {
      id: "kind",
      header: t("tasks:column.kind"),
      cell: (task) => open(task, t(`kinds:${task.kind}.name`)),
      sort: "kind",
      fixed: true,
      width: 170,
    };
    const byDevice: Columns<typeof deviceTasksList>[number] = {
      id: "device",
      header: t("tasks:column.device"),
      cell: (task) => open(task, task.hostname),
      fixed: true,
      width: 170,
    };
    const first = { device: [byKind], job: [byDevice] }[common];
    const rest: Columns<typeof deviceTasksList> = [
      {
        id: "state",
        header: t("tasks:column.state"),
        cell: (task) => <StateCell task={task} />,
        sort: "state",
        width: 150,
      },
      { id: "by", header: t("tasks:column.by"), cell: (task) => task.created_by_name },
      {
        id: "created",
        header: t("tasks:column.created"),
        cell: (task) => <RelTime at={task.created_at} />,
        sort: "created_at",
      },
      {
        id: "duration",
        header: t("tasks:column.duration"),
        cell: (task) => <Duration from={task.started_at} to={task.finished_at} />,
      },
      { id: "result", header: t("tasks:column.result"), cell: (task) => <ResultCell task={task} />, width: 160 },
      {
        id: "finished",
        header: t("tasks:column.finished"),
        cell: (task) => <RelTime at={task.finished_at} />,
        sort: "finished_at",
        initiallyHidden: true,
      },
    ];
    return [...first, ...rest];
  }, [t, common]);
}

function useFilterTexts(): FilterTexts<typeof TASK_FILTERS> {
  const { t } = useTranslation(["tasks", "common", "kinds"]);
  return {
    state: { label: t("tasks:column.state"), word: (value) => t(`common:taskState.${value}`) },
    kind: { label: t("tasks:column.kind"), word: (value) => t(`kinds:${value}.name`) },
  };
}

/** What every list of tasks says, whichever tasks it lists. */
function useWords() {
  const { t } = useTranslation("tasks");
  return {
    label: t("title"),
    rowName: (task: TaskRow): string => task.hostname,
    empty: { title: t("empty.title"), text: t("empty.text") },
  };
}

export function DeviceTasksGrid({ deviceId }: { deviceId: string }) {
  const list = useList(deviceTasksList, { more: { device_id: [deviceId] } });
  return <ListGrid {...useWords()} of={list} columns={useColumns("device")} filters={useFilterTexts()} />;
}

export function JobTasksGrid({ jobId }: { jobId: string }) {
  const { t } = useTranslation("tasks");
  const list = useList(jobTasksList, { more: { job_id: jobId } });
  return (
    <ListGrid
      {...useWords()}
      of={list}
      columns={useColumns("job")}
      filters={useFilterTexts()}
      searchLabel={t("search")}
    />
  );
}
