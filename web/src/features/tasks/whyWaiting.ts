import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import type { Task, WaitExplanation, WaitReason } from "@/api/types.ts";
import { isUnfinished } from "@/domain/tasks/taskState.ts";
import { useNow } from "@/ui/clock.ts";
import { useFormat } from "@/ui/format.ts";

interface Words {
  t: TFunction<"tasks">;
  format: ReturnType<typeof useFormat>;
  now: number;
}

type Sentence = (task: Task, why: WaitExplanation, words: Words) => string | null;

const at = (moment: string | null, { format }: Words): string => (moment === null ? "" : format.dateTime(moment));

/** One sentence for each reason that the server knows; null = it does not hold any longer. */
const SENTENCES: Record<WaitReason, Sentence> = {
  freeze: (_task, why, words) =>
    words.t("why.freeze", { since: at(why.since, words), name: why.by_name ?? "", reason: why.reason ?? "" }),
  approval: (task, why, words) =>
    words.t("why.approval", {
      since: at(why.since, words),
      name: why.by_name ?? "",
      until: words.format.dateTime(task.expires_at),
    }),
  time: (_task, why, words) =>
    why.until !== null && Date.parse(why.until) > words.now
      ? words.t("why.scheduled", { from: at(why.until, words) })
      : null,
  window: (task, why, words) => {
    if (why.until === null && why.reason === null) return null;
    return why.until === null
      ? words.t("why.windowNever", { until: words.format.dateTime(task.expires_at) })
      : words.t("why.window", { name: why.reason ?? "", at: at(why.until, words) });
  },
  budget: (_task, why, words) => {
    const max = words.format.number(why.per_hour ?? 0);
    return why.until === null
      ? words.t("why.budget", { max })
      : words.t("why.budgetNext", { max, at: at(why.until, words) });
  },
};

/** What an unstarted task waits for, as a sentence; null when it does not wait. */
export function useWhyWaiting(task: Task): string | null {
  const { t } = useTranslation("tasks");
  const format = useFormat();
  const now = useNow();
  if (!isUnfinished(task.state) || task.state === "running") return null;
  const why = task.wait_reason;
  const sentence = why === null ? null : SENTENCES[why.kind](task, why, { t, format, now });
  if (sentence !== null) return sentence;
  if (task.state === "leased") return null;
  const until = format.dateTime(task.expires_at);
  if (!task.device_online) {
    return task.device_last_seen_at === null
      ? t("why.neverSeen", { until })
      : t("why.offline", { since: format.relative(task.device_last_seen_at, now), until });
  }
  return task.state === "waiting" ? t("why.waiting", { until }) : t("why.queued");
}
