import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { TaskStateBadge } from "@/domain/tasks/TaskStateBadge.tsx";
import { useCan } from "@/domain/permissions.ts";
import { Card } from "@/ui/Facts.tsx";
import { RelTime } from "@/ui/RelTime.tsx";
import { lastTasksQuery } from "../api.ts";
import classes from "../tasks.module.css";

/** What a device did last and how it went, the newest first; nothing for whoever may not read work. */
export function LastOperations({ deviceId }: { deviceId: string }) {
  const { t } = useTranslation(["tasks", "kinds"]);
  const isAllowed = useCan()("task:read");
  const { data, isError } = useQuery({ ...lastTasksQuery(deviceId), enabled: isAllowed });
  if (!isAllowed || isError) return null;
  return (
    <Card
      title={t("tasks:last")}
      aside={
        <Link to="/devices/$deviceId" params={{ deviceId }} search={{ tab: "tasks" }}>
          {t("tasks:lastAll")}
        </Link>
      }
    >
      {data === undefined ? <Skeleton height={60} /> : null}
      {data?.items.length === 0 ? <p className="dim">{t("tasks:lastEmpty")}</p> : null}
      <ol className={classes.attempts}>
        {data?.items.map((task) => (
          <li key={task.id}>
            <Link to="/tasks/$taskId" params={{ taskId: task.id }}>
              {t(`kinds:${task.kind}.name`)}
            </Link>
            <TaskStateBadge state={task.state} />
            <span className={classes.when}>
              <RelTime at={task.created_at} />
            </span>
          </li>
        ))}
      </ol>
    </Card>
  );
}
