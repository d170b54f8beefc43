import { useTranslation } from "react-i18next";
import type { Task } from "@/api/types.ts";
import { TaskStateBadge } from "@/domain/tasks/TaskStateBadge.tsx";
import { Card } from "@/ui/Facts.tsx";
import { useFormat } from "@/ui/format.ts";
import classes from "../tasks.module.css";

export function Timeline({ task }: { task: Task }) {
  const { t } = useTranslation("tasks");
  const format = useFormat();
  return (
    <Card title={t("card.timeline")}>
      <ol className={classes.timeline}>
        {task.timeline.map((entry, index) => (
          <li key={`${entry.state}-${entry.at}`}>
            <TaskStateBadge state={entry.state} still={index < task.timeline.length - 1} />
            <time className={classes.when} dateTime={entry.at}>
              {format.dateTime(entry.at)}
            </time>
          </li>
        ))}
      </ol>
    </Card>
  );
}
