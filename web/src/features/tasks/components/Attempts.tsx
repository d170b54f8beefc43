import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { JobDetail, Task } from "@/api/types.ts";
import { TaskStateBadge } from "@/domain/tasks/TaskStateBadge.tsx";
import { Card } from "@/ui/Facts.tsx";
import { RelTime } from "@/ui/RelTime.tsx";
import classes from "../tasks.module.css";

/** Every try on this device, each with how it ended; nothing where there was only one. */
export function TaskAttempts({ task }: { task: Task }) {
  const { t } = useTranslation("tasks");
  if (task.attempts.length === 0) return null;
  return (
    <Card title={t("attempts", { count: task.attempts.length })}>
      <ol className={classes.attempts}>
        {task.attempts.map((attempt, index) => (
          <li key={attempt.id} aria-current={attempt.id === task.id || undefined}>
            <Link to="/tasks/$taskId" params={{ taskId: attempt.id }}>
              {t("attempt", { number: index + 1 })}
            </Link>
            <TaskStateBadge state={attempt.state} />
            <span className={classes.when}>
              <RelTime at={attempt.created_at} />
            </span>
          </li>
        ))}
      </ol>
    </Card>
  );
}

/** Every try of a job, likewise. */
export function JobAttempts({ job }: { job: JobDetail }) {
  const { t } = useTranslation(["tasks", "common"]);
  if (job.attempts.length === 0) return null;
  return (
    <Card title={t("tasks:attempts", { count: job.attempts.length })}>
      <ol className={classes.attempts}>
        {job.attempts.map((attempt, index) => (
          <li key={attempt.id} aria-current={attempt.id === job.id || undefined}>
            <Link to="/jobs/$jobId" params={{ jobId: attempt.id }}>
              {t("tasks:attempt", { number: index + 1 })}
            </Link>
            <span className="dim">{t("common:devices", { count: attempt.task_count })}</span>
            <span className={classes.when}>
              <RelTime at={attempt.created_at} />
            </span>
          </li>
        ))}
      </ol>
    </Card>
  );
}
