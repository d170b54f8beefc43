import { Button } from "@mantine/core";
import { useSuspenseQuery } from "@tanstack/react-query";
import { IconAlertTriangle, IconHourglass, IconPlayerStop } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Task } from "@/api/types.ts";
import { OnlineMark } from "@/domain/devices/OnlineMark.tsx";
import { useProgressNote } from "@/domain/kinds/progressNote.ts";
import { TaskResult } from "@/domain/kinds/TaskResult.tsx";
import { useCan, useDenial } from "@/domain/permissions.ts";
import { isUnfinished } from "@/domain/tasks/taskState.ts";
import { TaskStateBadge } from "@/domain/tasks/TaskStateBadge.tsx";
import { useErrorText } from "@/i18n/errorText.ts";
import { BackLink } from "@/ui/BackLink.tsx";
import { ConfirmDialog } from "@/ui/ConfirmDialog.tsx";
import { useFormat } from "@/ui/format.ts";
import { PageHeader } from "@/ui/PageHeader.tsx";
import { ProgressLine } from "@/ui/ProgressLine.tsx";
import { RelTime } from "@/ui/RelTime.tsx";
import { toastFailed } from "@/ui/toast.tsx";
import { taskQuery, useCancelTask } from "../api.ts";
import { Duration } from "../components/Duration.tsx";
import { ParamsCard } from "../components/ParamsCard.tsx";
import { TaskOutput } from "../components/TaskOutput.tsx";
import { Timeline } from "../components/Timeline.tsx";
import classes from "../tasks.module.css";
import { useWhyWaiting } from "../whyWaiting.ts";

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

function Progress({ task }: { task: Task }) {
  const { t } = useTranslation("tasks");
  const format = useFormat();
  const note = useProgressNote(task.progress_note);
  if (task.state !== "running") return null;
  const percent = task.progress_percent;
  const label = percent === null ? (note ?? t("working")) : [format.percent(percent), note].filter(Boolean).join(" · ");
  return <ProgressLine percent={percent} label={label} name={t("progressOf", { name: task.hostname })} />;
}

/** One piece of work on one device: what was asked, what happened, and every line that it said. */
export function TaskPage({ taskId }: { taskId: string }) {
  const { t } = useTranslation(["tasks", "kinds"]);
  const { data: task } = useSuspenseQuery(taskQuery(taskId));
  const errors = useErrorText();
  const why = useWhyWaiting(task);
  const can = useCan();
  return (
    <>
      <BackLink to="/tasks">{t("tasks:title")}</BackLink>
      <PageHeader title={t(`kinds:${task.kind}.name`)} note={<TaskStateBadge state={task.state} />}>
        {isUnfinished(task.state) && task.cancel_requested_at === null ? <CancelButton task={task} /> : null}
      </PageHeader>
      <div className={classes.meta}>
        <span className={classes.metaHost}>
          <OnlineMark online={task.device_online} />{" "}
          <Link to="/devices/$deviceId" params={{ deviceId: task.device_id }}>
            {task.hostname}
          </Link>
        </span>
        <span>
          {t("tasks:createdBy", { name: task.created_by_name })} <RelTime at={task.created_at} />
        </span>
        <span>
          {t("tasks:column.duration")}: <Duration from={task.started_at} to={task.finished_at} />
        </span>
        <Link to="/jobs/$jobId" params={{ jobId: task.job_id }}>
          {t("tasks:openJob")}
        </Link>
        <span className={classes.metaProgress}>
          <Progress task={task} />
        </span>
      </div>
      {why === null ? null : (
        <div className={classes.why} role="status">
          <IconHourglass size={16} aria-hidden />
          <span>{why}</span>
          {task.wait_reason?.kind === "approval" &&
          task.approval_id !== null &&
          can("approval:read", task.tenant_id) ? (
            <Link to="/approvals" search={{ approval: task.approval_id }}>
              {t("tasks:openApproval")}
            </Link>
          ) : null}
        </div>
      )}
      {task.error_code === null || (task.state === "cancelled" && task.error_code !== "task.rejected") ? null : (
        <div className={classes.failed}>
          <IconAlertTriangle size={16} aria-hidden />
          <div>
            {errors.byCode(task.error_code, task.error_params)}
            {task.error_detail === null ? null : <div className="mono">{task.error_detail}</div>}
          </div>
        </div>
      )}
      {task.cancel_requested_at !== null && isUnfinished(task.state) ? (
        <div className={classes.why} role="status">
          <IconHourglass size={16} aria-hidden />
          {t("tasks:cancelRequested")}
        </div>
      ) : null}
      <div className={classes.columns}>
        <Timeline task={task} />
        <ParamsCard task={task} />
      </div>
      <TaskResult task={task} />
      <TaskOutput task={task} />
    </>
  );
}
