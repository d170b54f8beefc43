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
  const { hold } = task;
  const at = (moment: string | null): string => (moment === null ? "" : format.dateTime(moment));
  if (hold?.kind === "freeze")
    return t("why.freeze", { since: at(hold.since), name: hold.by_name ?? "", reason: hold.reason ?? "" });
  if (hold?.kind === "approval") return t("why.approval", { since: at(hold.since), name: hold.by_name ?? "", until });
  if (hold?.kind === "budget") {
    const max = format.number(hold.per_hour ?? 0);
    return hold.until === null
      ? t("why.budget", { max })
      : t("why.budgetNext", { max, at: format.dateTime(hold.until) });
  }
  if (hold?.kind === "time" && hold.until !== null && Date.parse(hold.until) > now)
    return t("why.scheduled", { from: format.dateTime(hold.until) });
  if (task.state === "leased") return null;
  if (!task.device_online) {
    return task.device_last_seen_at === null
      ? t("why.neverSeen", { until })
      : t("why.offline", { since: format.relative(task.device_last_seen_at, now), until });
  }
  return task.state === "waiting" ? t("why.waiting", { until }) : t("why.queued");
}
