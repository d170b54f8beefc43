import { Button, CopyButton } from "@mantine/core";
import { useSuspenseQuery } from "@tanstack/react-query";
import { IconCopy, IconPlayerStop } from "@tabler/icons-react";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Task } from "@/api/types.ts";
import { OnlineMark } from "@/domain/devices/OnlineMark.tsx";
import { KINDS } from "@/domain/kinds/index.ts";
import { useProgressNote } from "@/domain/kinds/progressNote.ts";
import { TaskResult } from "@/domain/kinds/TaskResult.tsx";
import { useWorkTitle } from "@/domain/kinds/workTitle.ts";
import { useDenial } from "@/domain/permissions.ts";
import { hasFailed, isUnfinished } from "@/domain/tasks/taskState.ts";
import { TaskStateBadge } from "@/domain/tasks/TaskStateBadge.tsx";
import { useErrorText } from "@/i18n/errorText.ts";
import { BackLink } from "@/ui/BackLink.tsx";
import { ConfirmDialog } from "@/ui/ConfirmDialog.tsx";
import { useFormat } from "@/ui/format.ts";
import { PageHeader } from "@/ui/PageHeader.tsx";
import { ProgressLine } from "@/ui/ProgressLine.tsx";
import { RelTime } from "@/ui/RelTime.tsx";
import { toastFailed } from "@/ui/toast.tsx";
import { taskQuery, useCancelTask, useRetryTask } from "../api.ts";
import { TaskAttempts } from "../components/Attempts.tsx";
import { Duration } from "../components/Duration.tsx";
import { ParamsCard } from "../components/ParamsCard.tsx";
import { RetryButton } from "../components/RetryButton.tsx";
import { TaskNotes } from "../components/TaskNotes.tsx";
import { TaskOutput } from "../components/TaskOutput.tsx";
import { Timeline } from "../components/Timeline.tsx";
import classes from "../tasks.module.css";

function CancelButton({ task }: { task: Task }) {
  const { t } = useTranslation(["tasks"]);
  const errors = useErrorText();
  const denial = useDenial();
  const cancel = useCancelTask();
  const [asking, ask] = useState(false);
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconPlayerStop size={16} />}
        disabled={denial("task:cancel", task.tenant_id) !== undefined}
        onClick={() => {
          ask(true);
        }}
      >
        {t("tasks:cancelTask.open")}
      </Button>
      <ConfirmDialog
        opened={asking}
        danger
        busy={cancel.isPending}
        title={t("tasks:cancelTask.title")}
        confirmLabel={t("tasks:cancelTask.open")}
        hosts={[task.hostname]}
        onClose={() => {
          ask(false);
        }}
        onConfirm={() => {
          cancel.mutate(task.id, {
            onError: (error) => {
              toastFailed(errors.of(error));
            },
            onSettled: () => {
              ask(false);
            },
          });
        }}
      >
        <p>{task.state === "running" ? t("tasks:cancelTask.running") : t("tasks:cancelTask.text")}</p>
      </ConfirmDialog>
    </>
  );
}

/** What can be done about a task that failed: try again, or take the error along. */
function FailedActions({ task }: { task: Task }) {
  const { t } = useTranslation(["tasks", "common"]);
  const errors = useErrorText();
  const denial = useDenial();
  const navigate = useNavigate();
  const title = useWorkTitle()(task.kind, task.params);
  const retry = useRetryTask();
  if (!hasFailed(task.state)) return null;
  const code = task.error_code;
  const error =
    code === null ? "" : [errors.byCode(code, task.error_params), task.error_detail, code].filter(Boolean).join("\n");
  return (
    <>
      {error === "" ? null : (
        <CopyButton value={error}>
          {({ copied, copy }) => (
            <Button variant="default" leftSection={<IconCopy size={16} />} onClick={copy}>
              {copied ? t("common:copied") : t("tasks:copyError")}
            </Button>
          )}
        </CopyButton>
      )}
      {KINDS[task.kind].canRetry ? (
        <RetryButton
          label={t("tasks:retry")}
          title={title}
          count={1}
          disabled={denial("task:create", task.tenant_id) !== undefined}
          retry={async (typed) => {
            const next = await retry.mutateAsync({ taskId: task.id, ...(typed === undefined ? {} : { typed }) });
            await navigate({ to: "/tasks/$taskId", params: { taskId: next.id } });
          }}
        />
      ) : null}
    </>
  );
}

function Progress({ task }: { task: Task }) {
  const { t } = useTranslation("tasks");
  const format = useFormat();
  const note = useProgressNote(task.progress_note);
  if (task.state !== "running") return null;
  const percent = task.progress_percent;
  const label = percent === null ? (note ?? t("working")) : [format.percent(percent), note].filter(Boolean).join(" · ");
  return <ProgressLine percent={percent} label={label} name={t("progressOf", { name: task.hostname })} />;
}

function Meta({ task }: { task: Task }) {
  const { t } = useTranslation("tasks");
  return (
    <div className={classes.meta}>
      <span className={classes.metaHost}>
        <OnlineMark online={task.device_online} />{" "}
        <Link to="/devices/$deviceId" params={{ deviceId: task.device_id }}>
          {task.hostname}
        </Link>
      </span>
      <span>
        {t("createdBy", { name: task.created_by_name })} <RelTime at={task.created_at} />
      </span>
      <span>
        {t("column.duration")}: <Duration from={task.started_at} to={task.finished_at} />
      </span>
      {task.job_task_count > 1 ? (
        <Link to="/jobs/$jobId" params={{ jobId: task.job_id }}>
          {t("openJob", { count: task.job_task_count })}
        </Link>
      ) : null}
      <span className={classes.metaProgress}>
        <Progress task={task} />
      </span>
    </div>
  );
}

/** One piece of work on one device: what happened and every line that it said first, what was asked beside it. */
export function TaskPage({ taskId }: { taskId: string }) {
  const { t } = useTranslation("tasks");
  const { data: task } = useSuspenseQuery(taskQuery(taskId));
  const title = useWorkTitle()(task.kind, task.params);
  // What a script said is its result; how it ended is one more fact beside it.
  const isScript = task.kind === "script.run";
  return (
    <>
      <BackLink to="/activity">{t("title")}</BackLink>
      <PageHeader title={title} note={<TaskStateBadge state={task.state} />}>
        {isUnfinished(task.state) && task.cancel_requested_at === null ? <CancelButton task={task} /> : null}
        <FailedActions task={task} />
      </PageHeader>
      <Meta task={task} />
      <Timeline task={task} />
      <TaskNotes task={task} />
      <div className={classes.columns}>
        <div className={classes.first}>
          {isScript ? null : <TaskResult task={task} />}
          <TaskOutput task={task} />
        </div>
        <div className={classes.rail}>
          {isScript ? <TaskResult task={task} /> : null}
          <TaskAttempts task={task} />
          <ParamsCard task={task} />
        </div>
      </div>
    </>
  );
}
