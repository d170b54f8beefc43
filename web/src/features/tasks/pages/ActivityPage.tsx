import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Job } from "@/api/types.ts";
import { useOutcomeText } from "@/domain/kinds/outcomeText.ts";
import { useWorkTitle } from "@/domain/kinds/workTitle.ts";
import { ListGrid, type Columns } from "@/domain/list/ListGrid.tsx";
import { useList } from "@/domain/list/useList.ts";
import { TaskStateBadge } from "@/domain/tasks/TaskStateBadge.tsx";
import { useErrorText } from "@/i18n/errorText.ts";
import { PageHeader } from "@/ui/PageHeader.tsx";
import { RelTime } from "@/ui/RelTime.tsx";
import { activityList } from "../api.ts";
import { CountsBar, failedCount, useProgressText } from "../components/Counts.tsx";
import { JobTasks } from "../components/JobTasks.tsx";
import classes from "../tasks.module.css";

function Title({ job }: { job: Job }) {
  const text = useWorkTitle()(job.kind, job.params);
  const { t } = useTranslation("tasks");
  return (
    <>
      {job.only_task === null ? (
        <Link to="/jobs/$jobId" params={{ jobId: job.id }} className={classes.name} title={text} data-row-link>
          {text}
        </Link>
      ) : (
        <Link
          to="/tasks/$taskId"
          params={{ taskId: job.only_task.id }}
          className={classes.name}
          title={text}
          data-row-link
        >
          {text}
        </Link>
      )}
      {job.retry_of === null ? null : <span className="second-line">{t("anotherTry")}</span>}
    </>
  );
}

function Where({ job }: { job: Job }) {
  if (job.only_task === null) return <JobTasks job={job} />;
  return (
    <Link to="/devices/$deviceId" params={{ deviceId: job.only_task.device_id }} className={classes.secondary}>
      {job.only_task.hostname}
    </Link>
  );
}

function Progress({ job }: { job: Job }) {
  const { t } = useTranslation("tasks");
  const text = useProgressText(job);
  const failed = failedCount(job.counts);
  return (
    <div className={classes.jobBar}>
      <span className={classes.jobText}>
        {text}
        {failed > 0 ? <strong>{t("failedCount", { count: failed })}</strong> : null}
      </span>
      <CountsBar counts={job.counts} total={job.task_count} />
    </div>
  );
}

/** How it went: for one device its state, and in words what came of it; for many how far they are. */
function Result({ job }: { job: Job }) {
  const errors = useErrorText();
  const outcome = useOutcomeText();
  const task = job.only_task;
  if (task === null) return <Progress job={job} />;
  const words =
    task.error_code === null ? outcome(job.kind, task.outcome) : errors.byCode(task.error_code, task.error_params);
  return (
    <>
      <TaskStateBadge state={task.state} />
      {words === null ? null : (
        <span className={`second-line ${classes.words ?? ""}`} title={words}>
          {words}
        </span>
      )}
    </>
  );
}

function useColumns(): Columns<typeof activityList> {
  const { t } = useTranslation("tasks");
  return useMemo<Columns<typeof activityList>>(
    () => [
      { id: "kind", header: t("column.kind"), cell: (job) => <Title job={job} />, fixed: true, width: 240 },
      { id: "devices", header: t("column.where"), cell: (job) => <Where job={job} />, width: 150 },
      { id: "result", header: t("column.result"), cell: (job) => <Result job={job} />, width: 230 },
      { id: "by", header: t("column.by"), cell: (job) => job.created_by_name, width: 130 },
      {
        id: "created",
        header: t("column.created"),
        cell: (job) => <RelTime at={job.created_at} />,
        sort: "created_at",
        width: 110,
      },
      {
        id: "expires",
        header: t("column.expires"),
        cell: (job) => <RelTime at={job.expires_at} />,
        initiallyHidden: true,
      },
    ],
    [t],
  );
}

/** Everything that was asked of devices, newest first: one line for a wish, for however many devices it is. */
export function ActivityPage() {
  const { t } = useTranslation(["tasks", "common", "kinds"]);
  const list = useList(activityList);
  return (
    <>
      <PageHeader title={t("tasks:title")} />
      <ListGrid
        of={list}
        label={t("tasks:title")}
        columns={useColumns()}
        filters={{
          state: { label: t("tasks:column.state"), word: (value) => t(`common:taskState.${value}`) },
          kind: { label: t("tasks:column.kind"), word: (value) => t(`kinds:${value}.name`) },
          failed: { label: t("tasks:failedWithin.label"), word: (value) => t(`tasks:failedWithin.${value}`) },
        }}
        searchLabel={t("tasks:search")}
        rowName={(job) => job.only_task?.hostname ?? t("common:devices", { count: job.task_count })}
        empty={{
          title: t("tasks:empty.title"),
          text: t("tasks:empty.text"),
          action: (
            <Button component={Link} to="/devices">
              {t("tasks:empty.action")}
            </Button>
          ),
        }}
      />
    </>
  );
}
