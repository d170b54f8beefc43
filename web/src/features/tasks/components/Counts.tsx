import { useTranslation } from "react-i18next";
import type { Job, TaskState } from "@/api/types.ts";
import { TaskStateBadge } from "@/domain/tasks/TaskStateBadge.tsx";
import { useFormat } from "@/ui/format.ts";
import classes from "../tasks.module.css";

/** What is done grows from the left, as a bar of progress does; what still waits stands at its end. */
const ORDER: readonly TaskState[] = [
  "succeeded",
  "failed",
  "timed_out",
  "expired",
  "cancelled",
  "running",
  "leased",
  "queued",
  "waiting",
];
const FINISHED: readonly TaskState[] = ["succeeded", "failed", "timed_out", "cancelled", "expired"];

export function finishedCount(counts: Job["counts"]): number {
  return FINISHED.reduce((sum, state) => sum + counts[state], 0);
}

export function useProgressText(job: Job): string {
  const { t } = useTranslation("tasks");
  const format = useFormat();
  return t("finishedOf", { finished: format.number(finishedCount(job.counts)), total: format.number(job.task_count) });
}

/** Tasks that ended without what was wished for, though nobody called them off. */
export function failedCount(counts: Job["counts"]): number {
  return counts.failed + counts.timed_out + counts.expired;
}

/** Shares of the states as one bar; the words stand in the legend or next to it. */
export function CountsBar({ counts, total }: { counts: Job["counts"]; total: number }) {
  return (
    <div className={classes.bar} aria-hidden>
      {ORDER.filter((state) => counts[state] > 0).map((state) => (
        <span
          key={state}
          data-state={state}
          style={{ width: `${String((counts[state] / Math.max(1, total)) * 100)}%` }}
        />
      ))}
    </div>
  );
}

export function CountsLegend({ counts }: { counts: Job["counts"] }) {
  const format = useFormat();
  return (
    <ul className={classes.legend}>
      {ORDER.filter((state) => counts[state] > 0).map((state) => (
        <li key={state}>
          <TaskStateBadge state={state} /> <strong className="tabular">{format.number(counts[state])}</strong>
        </li>
      ))}
    </ul>
  );
}
