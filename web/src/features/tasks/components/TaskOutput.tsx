import { useTranslation } from "react-i18next";
import type { Task } from "@/api/types.ts";
import { isUnfinished } from "@/domain/tasks/taskState.ts";
import { LogView } from "@/ui/log/LogView.tsx";
import { useTaskOutput } from "../output.ts";

export function TaskOutput({ task }: { task: Task }) {
  const { t } = useTranslation(["tasks", "common"]);
  const running = isUnfinished(task.state);
  const output = useTaskOutput(task.id, running);
  const nothing = (): string => {
    if (task.output_pruned_at !== null) return t("tasks:output.pruned", { count: task.output_retention_days });
    if (output.failed) return t("tasks:output.failed");
    if (output.loading) return t("common:loading");
    return running ? t("tasks:output.waiting") : t("tasks:output.none");
  };
  return (
    <LogView
      log={output.log}
      live={running && !output.complete}
      downloadHref={`/api/v1/tasks/${encodeURIComponent(task.id)}/output.txt`}
      label={t("tasks:output.label")}
      nothing={nothing()}
    />
  );
}
