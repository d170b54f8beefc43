import { useTranslation } from "react-i18next";
import type { Task } from "@/api/types.ts";
import { isUnfinished } from "@/domain/tasks/taskState.ts";
import { useNow } from "@/ui/clock.ts";
import { useFormat } from "@/ui/format.ts";

/** What an unstarted task waits for, as a sentence; null when it does not wait. */
export function useWhyWaiting(task: Task): string | null {
  const { t } = useTranslation("tasks");
  const format = useFormat();
  const now = useNow();
  if (!isUnfinished(task.state) || task.state === "running") return null;
  const until = format.dateTime(task.expires_at);
  const { wait_reason: reason } = task;
  const at = (moment: string | null): string => (moment === null ? "" : format.dateTime(moment));
  if (reason?.kind === "freeze")
    return t("why.freeze", { since: at(reason.since), name: reason.by_name ?? "", reason: reason.reason ?? "" });
  if (reason?.kind === "approval")
    return t("why.approval", { since: at(reason.since), name: reason.by_name ?? "", until });
  if (reason?.kind === "budget") {
    const max = format.number(reason.per_hour ?? 0);
    return reason.until === null
      ? t("why.budget", { max })
      : t("why.budgetNext", { max, at: format.dateTime(reason.until) });
  }
  if (reason?.kind === "time" && reason.until !== null && Date.parse(reason.until) > now)
    return t("why.scheduled", { from: format.dateTime(reason.until) });
  if (task.state === "leased") return null;
  if (!task.device_online) {
    return task.device_last_seen_at === null
      ? t("why.neverSeen", { until })
      : t("why.offline", { since: format.relative(task.device_last_seen_at, now), until });
  }
  return task.state === "waiting" ? t("why.waiting", { until }) : t("why.queued");
}
