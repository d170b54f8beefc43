import { useTranslation } from "react-i18next";
import type { Task } from "@/api/types.ts";
import { TaskParams } from "@/domain/kinds/TaskParams.tsx";
import { Card, Fact, Facts } from "@/ui/Facts.tsx";
import { useFormat } from "@/ui/format.ts";

/** What was asked for, in words. */
export function ParamsCard({ task }: { task: Task }) {
  const { t } = useTranslation("tasks");
  const format = useFormat();
  return (
    <Card title={t("card.params")}>
      <Facts>
        <TaskParams kind={task.kind} params={task.params} />
        <Fact name={t("params.timeout")}>{format.duration(task.timeout_seconds)}</Fact>
        <Fact name={t("params.expires")}>{format.dateTime(task.expires_at)}</Fact>
        {task.exit_code === null ? null : <Fact name={t("params.exitCode")}>{task.exit_code}</Fact>}
        <Fact name={t("params.id")}>
          <span className="mono">{task.id}</span>
        </Fact>
      </Facts>
    </Card>
  );
}
