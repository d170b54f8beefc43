import { Button } from "@mantine/core";
import { useSuspenseQuery } from "@tanstack/react-query";
import { IconPlayerStop, IconRotate } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { KINDS } from "@/domain/kinds/index.ts";
import { useDenial } from "@/domain/permissions.ts";
import { confirmationCount } from "@/domain/safety.ts";
import { useErrorText } from "@/i18n/errorText.ts";
import { BackLink } from "@/ui/BackLink.tsx";
import { ConfirmDialog } from "@/ui/ConfirmDialog.tsx";
import { Card } from "@/ui/Facts.tsx";
import { PageHeader } from "@/ui/PageHeader.tsx";
import { RelTime } from "@/ui/RelTime.tsx";
import { toastFailed } from "@/ui/toast.tsx";
import { jobQuery, useCancelJob, useRetryJob } from "../api.ts";
import { CountsBar, CountsLegend, failedCount, finishedCount, useProgressText } from "../components/Counts.tsx";
import { JobTasksGrid } from "../components/TasksGrid.tsx";
import classes from "../tasks.module.css";

/** One wish and what became of it on each device. */
export function JobPage({ jobId }: { jobId: string }) {
  const { t } = useTranslation(["tasks", "common", "kinds"]);
  const { data: job } = useSuspenseQuery(jobQuery(jobId));
  const errors = useErrorText();
  const denial = useDenial();
  const navigate = useNavigate();
  const cancel = useCancelJob();
  const retry = useRetryJob();
  const [asking, ask] = useState(false);
  const [toType, setToType] = useState<number | null>(null);
  const progress = useProgressText(job);
  const unfinished = job.task_count - finishedCount(job.counts);
  const failed = failedCount(job.counts);
  const fail = (error: unknown): void => {
    toastFailed(errors.of(error));
  };
  const again = (typed?: number): void => {
    retry.mutate(
      { jobId, seen: failed, ...(typed === undefined ? {} : { typed }) },
      {
        onSuccess: (next) => void navigate({ to: "/jobs/$jobId", params: { jobId: next.id } }),
        onError: (error) => {
          const count = confirmationCount(error);
          setToType(count);
          if (count === null) fail(error);
        },
      },
    );
  };

  return (
    <>
      <BackLink to="/jobs">{t("tasks:tab.jobs")}</BackLink>
      <PageHeader title={t(`kinds:${job.kind}.name`)} note={t("common:devices", { count: job.task_count })}>
        {unfinished > 0 ? (
          <Button
            variant="default"
            leftSection={<IconPlayerStop size={16} />}
            disabled={denial("task:cancel") !== undefined}
            onClick={() => {
              ask(true);
            }}
          >
            {t("tasks:cancelAll")}
          </Button>
        ) : null}
        {failed > 0 && KINDS[job.kind].canRetry ? (
          <Button
            leftSection={<IconRotate size={16} />}
            loading={retry.isPending}
            disabled={denial("task:create") !== undefined}
            onClick={() => {
              again();
            }}
          >
            {t("tasks:retryFailed", { count: failed })}
          </Button>
        ) : null}
      </PageHeader>
      <div className={classes.meta}>
        <span>
          {t("tasks:createdBy", { name: job.created_by_name })} <RelTime at={job.created_at} />
        </span>
        {unfinished > 0 ? (
          <span>
            {t("tasks:expires")} <RelTime at={job.expires_at} />
          </span>
        ) : null}
        {job.cancelled_at === null ? null : (
          <span>
            {t("tasks:cancelled")} <RelTime at={job.cancelled_at} />
          </span>
        )}
      </div>
      <Card title={progress}>
        <CountsBar counts={job.counts} total={job.task_count} />
        <CountsLegend counts={job.counts} />
      </Card>
      <JobTasksGrid jobId={jobId} />
      <ConfirmDialog
        opened={toType !== null}
        busy={retry.isPending}
        title={t(`kinds:${job.kind}.name`)}
        confirmLabel={t("tasks:retryFailed", { count: failed })}
        count={failed}
        total={toType ?? 0}
        typedAbove={0}
        onClose={() => {
          setToType(null);
        }}
        onConfirm={(typed) => {
          again(typed);
        }}
      />
      <ConfirmDialog
        opened={asking}
        danger
        busy={cancel.isPending}
        title={t("tasks:cancelJob.title")}
        confirmLabel={t("tasks:cancelJob.go")}
        onClose={() => {
          ask(false);
        }}
        onConfirm={() => {
          cancel.mutate(jobId, {
            onError: fail,
            onSettled: () => {
              ask(false);
            },
          });
        }}
      >
        <p>{t("tasks:cancelJob.text", { count: unfinished })}</p>
      </ConfirmDialog>
    </>
  );
}
