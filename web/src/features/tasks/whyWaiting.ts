import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Task } from "@/api/types.ts";
import { useNow } from "@/ui/clock.ts";
import { useFormat } from "@/ui/format.ts";
import { jobQuery } from "./api.ts";

/** What an unstarted task waits for, as a sentence; null when it does not wait. */
export function useWhyWaiting(task: Task): string | null {
  const { t } = useTranslation("tasks");
  const format = useFormat();
  const now = useNow();
  // Only the job knows for when the work was scheduled.
  const { data: job } = useQuery({ ...jobQuery(task.job_id), enabled: task.state === "waiting" });
  if (task.state !== "queued" && task.state !== "waiting") return null;
  const until = format.dateTime(task.expires_at);
  const from = job?.not_before ?? null;
  if (task.state === "waiting" && from !== null && Date.parse(from) > now) return t("why.scheduled", { from: format.dateTime(from) });
  if (!task.device_online) {
    return task.device_last_seen_at === null
      ? t("why.neverSeen", { until })
      : t("why.offline", { since: format.relative(task.device_last_seen_at, now), until });
  }
  return task.state === "waiting" ? t("why.waiting", { until }) : t("why.queued");
}
