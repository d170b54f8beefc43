import {
  IconBan,
  IconCircleCheck,
  IconCircleDashed,
  IconClock,
  IconClockX,
  IconLoader2,
  IconSquareRoundedX,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { TaskState } from "@/api/types.ts";
import { Status, type Look } from "@/ui/Status.tsx";

const LOOK: Record<TaskState, Look> = {
  waiting: { tone: "none", icon: IconClock },
  queued: { tone: "none", icon: IconCircleDashed },
  leased: { tone: "info", icon: IconCircleDashed },
  running: { tone: "info", icon: IconLoader2 },
  succeeded: { tone: "ok", icon: IconCircleCheck },
  failed: { tone: "critical", icon: IconSquareRoundedX },
  timed_out: { tone: "critical", icon: IconClockX },
  cancelled: { tone: "none", icon: IconBan },
  expired: { tone: "medium", icon: IconClockX },
};

/** `still` for a state of the past, which no longer turns. */
export function TaskStateBadge({ state, still = false }: { state: TaskState; still?: boolean }) {
  const { t } = useTranslation("common");
  return (
    <Status {...LOOK[state]} filled={state === "failed"} spin={state === "running" && !still}>
      {t(`taskState.${state}`)}
    </Status>
  );
}
