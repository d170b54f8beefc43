import { useTranslation } from "react-i18next";
import type { Task } from "@/api/types.ts";
import { TaskStateBadge } from "@/domain/tasks/TaskStateBadge.tsx";
import { useFormat } from "@/ui/format.ts";
import classes from "../tasks.module.css";

/** The states of a task and since when, in one line. */
export function Timeline({ task }: { task: Task }) {
  const { t } = useTranslation("tasks");
  const format = useFormat();
  return (
    <ol className={classes.timeline} aria-label={t("timeline")}>
      {task.timeline.map((entry, index) => (
        <li key={`${entry.state}-${entry.at}`}>
          <TaskStateBadge state={entry.state} still={index < task.timeline.length - 1} />
          <time className={classes.when} dateTime={entry.at} title={format.dateTime(entry.at)}>
            {format.time(entry.at)}
          </time>
        </li>
      ))}
    </ol>
  );
}
