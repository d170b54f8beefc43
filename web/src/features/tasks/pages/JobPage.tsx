import { Button } from "@mantine/core";
import { useSuspenseQuery } from "@tanstack/react-query";
import { IconPlayerStop } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { JobDetail } from "@/api/types.ts";
import { KINDS } from "@/domain/kinds/index.ts";
import { useWorkTitle } from "@/domain/kinds/workTitle.ts";
import { useDenial } from "@/domain/permissions.ts";
import { useErrorText } from "@/i18n/errorText.ts";
import { BackLink } from "@/ui/BackLink.tsx";
import { ConfirmDialog } from "@/ui/ConfirmDialog.tsx";
import { Card } from "@/ui/Facts.tsx";
import { PageHeader } from "@/ui/PageHeader.tsx";
import { RelTime } from "@/ui/RelTime.tsx";
import { toastFailed } from "@/ui/toast.tsx";
import { jobQuery, useCancelJob, useRetryJob } from "../api.ts";
import { JobAttempts } from "../components/Attempts.tsx";
import { CountsBar, CountsLegend, failedCount, finishedCount, useProgressText } from "../components/Counts.tsx";
import { JobParamsCard } from "../components/ParamsCard.tsx";
import { RetryButton } from "../components/RetryButton.tsx";
import { JobTasksGrid } from "../components/TasksGrid.tsx";
import classes from "../tasks.module.css";

function CancelButton({ job, unfinished }: { job: JobDetail; unfinished: number }) {
  const { t } = useTranslation("tasks");
  const errors = useErrorText();
  const denial = useDenial();
  const cancel = useCancelJob();
  const [asking, ask] = useState(false);
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconPlayerStop size={16} />}
        disabled={denial("task:cancel") !== undefined}
        onClick={() => {
          ask(true);
        }}
      >
        {t("cancelAll")}
      </Button>
      <ConfirmDialog
        opened={asking}
        danger
        busy={cancel.isPending}
        title={t("cancelJob.title")}
        confirmLabel={t("cancelJob.go")}
        onClose={() => {
          ask(false);
        }}
        onConfirm={() => {
          cancel.mutate(job.id, {
            onError: (error: unknown) => {
              toastFailed(errors.of(error));
            },
            onSettled: () => {
              ask(false);
            },
          });
        }}
      >
        <p>{t("cancelJob.text", { count: unfinished })}</p>
      </ConfirmDialog>
    </>
  );
}

function Meta({ job, unfinished }: { job: JobDetail; unfinished: number }) {
  const { t } = useTranslation("tasks");
  return (
    <div className={classes.meta}>
      <span>
        {t("createdBy", { name: job.created_by_name })} <RelTime at={job.created_at} />
      </span>
      {unfinished > 0 ? (
        <span>
          {t("expires")} <RelTime at={job.expires_at} />
        </span>
      ) : null}
      {job.cancelled_at === null ? null : (
        <span>
          {t("cancelled")} <RelTime at={job.cancelled_at} />
        </span>
      )}
    </div>
  );
}

/** One wish and what became of it on each device. */
export function JobPage({ jobId }: { jobId: string }) {
  const { t } = useTranslation(["tasks", "common"]);
  const { data: job } = useSuspenseQuery(jobQuery(jobId));
  const denial = useDenial();
  const navigate = useNavigate();
  const retry = useRetryJob();
  const title = useWorkTitle()(job.kind, job.params);
  const progress = useProgressText(job);
  const unfinished = job.task_count - finishedCount(job.counts);
  const failed = failedCount(job.counts);
  return (
    <>
      <BackLink to="/activity">{t("tasks:title")}</BackLink>
      <PageHeader title={title} note={t("common:devices", { count: job.task_count })}>
        {unfinished > 0 ? <CancelButton job={job} unfinished={unfinished} /> : null}
        {failed > 0 && KINDS[job.kind].canRetry ? (
          <RetryButton
            label={t("tasks:retryFailed", { count: failed })}
            title={title}
            count={failed}
            disabled={denial("task:create") !== undefined}
            retry={async (typed) => {
              const next = await retry.mutateAsync({
                jobId,
                seen: failed,
                ...(typed === undefined ? {} : { typed }),
              });
              await navigate({ to: "/jobs/$jobId", params: { jobId: next.id } });
            }}
          />
        ) : null}
      </PageHeader>
      <Meta job={job} unfinished={unfinished} />
      <div className={classes.columns}>
        <Card title={progress}>
          <CountsBar counts={job.counts} total={job.task_count} />
          <CountsLegend counts={job.counts} />
        </Card>
        <div className={classes.rail}>
          <JobAttempts job={job} />
          <JobParamsCard job={job} />
        </div>
      </div>
      <JobTasksGrid jobId={jobId} />
    </>
  );
}
