import { Loader, Popover, UnstyledButton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconChevronDown } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Job } from "@/api/types.ts";
import { TaskStateBadge } from "@/domain/tasks/TaskStateBadge.tsx";
import { firstTasksQuery } from "../api.ts";
import classes from "../tasks.module.css";

function Devices({ job }: { job: Job }) {
  const { t } = useTranslation(["tasks", "common"]);
  const { data } = useQuery(firstTasksQuery(job.id));
  if (data === undefined) return <Loader size="xs" aria-label={t("common:loading")} />;
  return (
    <>
      <ul className={classes.devices}>
        {data.items.map((task) => (
          <li key={task.id}>
            <Link to="/tasks/$taskId" params={{ taskId: task.id }}>
              {task.hostname}
            </Link>
            <TaskStateBadge state={task.state} />
          </li>
        ))}
      </ul>
      <Link to="/jobs/$jobId" params={{ jobId: job.id }}>
        {t("tasks:openJob", { count: job.task_count })}
      </Link>
    </>
  );
}

/** How many devices a job is for; opens to the first of them, failures before all else. */
export function JobTasks({ job }: { job: Job }) {
  const { t } = useTranslation(["tasks", "common"]);
  const [opened, setOpened] = useState(false);
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-start" width={340} trapFocus>
      <Popover.Target>
        <UnstyledButton
          className={classes.expand}
          aria-expanded={opened}
          aria-haspopup="dialog"
          onClick={(event) => {
            event.stopPropagation();
            setOpened(!opened);
          }}
        >
          {t("common:devices", { count: job.task_count })}
          <IconChevronDown size={14} aria-hidden />
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown aria-label={t("tasks:column.devices")}>
        {opened ? <Devices job={job} /> : null}
      </Popover.Dropdown>
    </Popover>
  );
}
