import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Job } from "@/api/types.ts";
import { ListGrid, type Columns } from "@/domain/list/ListGrid.tsx";
import { useList } from "@/domain/list/useList.ts";
import { PageHeader } from "@/ui/PageHeader.tsx";
import { RelTime } from "@/ui/RelTime.tsx";
import { jobsList } from "../api.ts";
import { CountsBar, failedCount, useProgressText } from "../components/Counts.tsx";
import { WorkTabs } from "../components/WorkTabs.tsx";
import classes from "../tasks.module.css";

function ProgressCell({ job }: { job: Job }) {
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

export function JobsPage() {
  const { t } = useTranslation(["tasks", "common", "kinds"]);
  const list = useList(jobsList);
  const columns = useMemo<Columns<typeof jobsList>>(
    () => [
      {
        id: "kind",
        header: t("tasks:column.kind"),
        cell: (job) => (
          <Link to="/jobs/$jobId" params={{ jobId: job.id }} className={classes.name} data-row-link>
            {t(`kinds:${job.kind}.name`)}
          </Link>
        ),
        fixed: true,
        width: 190,
      },
      {
        id: "devices",
        header: t("tasks:column.devices"),
        cell: (job) => t("common:devices", { count: job.task_count }),
      },
      { id: "progress", header: t("tasks:column.progress"), cell: (job) => <ProgressCell job={job} />, width: 180 },
      { id: "by", header: t("tasks:column.by"), cell: (job) => job.created_by_name },
      {
        id: "created",
        header: t("tasks:column.created"),
        cell: (job) => <RelTime at={job.created_at} />,
        sort: "created_at",
      },
      {
        id: "expires",
        header: t("tasks:column.expires"),
        cell: (job) => <RelTime at={job.expires_at} />,
        initiallyHidden: true,
      },
    ],
    [t],
  );
  return (
    <>
      <PageHeader title={t("tasks:title")} />
      <WorkTabs current="jobs" />
      <ListGrid
        of={list}
        label={t("tasks:tab.jobs")}
        columns={columns}
        filters={{}}
        rowName={(job) => job.id}
        empty={{ title: t("tasks:empty.title"), text: t("tasks:empty.text") }}
      />
    </>
  );
}
