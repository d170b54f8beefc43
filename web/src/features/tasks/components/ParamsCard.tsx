import { useTranslation } from "react-i18next";
import type { JobDetail, Task } from "@/api/types.ts";
import { TaskParams } from "@/domain/kinds/TaskParams.tsx";
import { Card, Fact, Facts } from "@/ui/Facts.tsx";
import { useFormat } from "@/ui/format.ts";

/** What a task was asked for, in words. */
export function ParamsCard({ task }: { task: Task }) {
  const { t } = useTranslation("tasks");
  const format = useFormat();
  return (
    <Card title={t("card.params")}>
      <Facts>
        <TaskParams kind={task.kind} params={task.params} />
        <Fact name={t("params.timeout")}>{format.duration(task.timeout_seconds)}</Fact>
        {task.not_before === null ? null : <Fact name={t("params.notBefore")}>{format.dateTime(task.not_before)}</Fact>}
        <Fact name={t("params.expires")}>{format.dateTime(task.expires_at)}</Fact>
        {task.exit_code === null || task.kind === "script.run" ? null : (
          <Fact name={t("params.exitCode")}>{task.exit_code}</Fact>
        )}
        <Fact name={t("params.id")}>
          <span className="mono">{task.id}</span>
        </Fact>
      </Facts>
    </Card>
  );
}

/** What a job asks of all its devices, likewise. */
export function JobParamsCard({ job }: { job: JobDetail }) {
  const { t } = useTranslation("tasks");
  const format = useFormat();
  return (
    <Card title={t("card.params")}>
      <Facts>
        <TaskParams kind={job.kind} params={job.params} />
        {job.not_before === null ? null : <Fact name={t("params.notBefore")}>{format.dateTime(job.not_before)}</Fact>}
        <Fact name={t("params.expires")}>{format.dateTime(job.expires_at)}</Fact>
      </Facts>
    </Card>
  );
}
