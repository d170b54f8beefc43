import { Tooltip } from "@mantine/core";
import {
  IconAlertTriangleFilled,
  IconBan,
  IconCircleCheck,
  IconCircleDashed,
  IconClock,
  IconClockX,
  IconCpu,
  IconHexagonFilled,
  IconInfoCircle,
  IconLoader2,
  IconPlugConnectedX,
  IconShieldCheck,
  IconSparkles,
  IconSquareRoundedX,
  type Icon,
} from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { TaskState, UpdateClass } from "@/api/types.ts";
import classes from "./ui.module.css";

export type Tone = "critical" | "high" | "medium" | "info" | "ok" | "none";

/** A status told by shape, word and colour together; `filled` only where it must catch the eye. */
export function Status({
  tone,
  icon: Shape,
  filled = false,
  spin = false,
  children,
}: {
  tone: Tone;
  icon: Icon;
  filled?: boolean;
  spin?: boolean;
  children: ReactNode;
}) {
  return (
    <span className={classes.status} data-tone={tone} data-filled={filled || undefined}>
      <Shape size={13} aria-hidden className={spin ? classes.spin : undefined} />
      <span>{children}</span>
    </span>
  );
}

const CLASS_LOOK: Record<UpdateClass, { tone: Tone; icon: Icon }> = {
  security: { tone: "critical", icon: IconHexagonFilled },
  critical: { tone: "high", icon: IconAlertTriangleFilled },
  optional: { tone: "none", icon: IconInfoCircle },
  feature: { tone: "info", icon: IconSparkles },
  driver: { tone: "none", icon: IconCpu },
  definition: { tone: "none", icon: IconShieldCheck },
};

/** Classes that catch the eye. */
const LOUD: ReadonlySet<UpdateClass> = new Set(["security", "critical"]);

/** The class of one update. */
export function ClassBadge({ value }: { value: UpdateClass }) {
  const { t } = useTranslation("common");
  return (
    <Status {...CLASS_LOOK[value]} filled={LOUD.has(value)}>
      {t(`updateClass.${value}`)}
    </Status>
  );
}

/** How many updates of a class wait; nothing for zero or for what nobody has counted. */
export function ClassCount({ value, count }: { value: "security" | "critical" | "optional"; count: number | null }) {
  const { t } = useTranslation("common");
  if (count === null || count === 0) return null;
  return (
    <Status {...CLASS_LOOK[value]} filled={LOUD.has(value)}>
      {t(`updateCount.${value}`, { count })}
    </Status>
  );
}

const STATE_LOOK: Record<TaskState, { tone: Tone; icon: Icon }> = {
  waiting: { tone: "none", icon: IconClock },
  queued: { tone: "none", icon: IconCircleDashed },
  leased: { tone: "info", icon: IconCircleDashed },
  running: { tone: "info", icon: IconLoader2 },
  succeeded: { tone: "ok", icon: IconCircleCheck },
  failed: { tone: "critical", icon: IconSquareRoundedX },
  timed_out: { tone: "high", icon: IconClockX },
  cancelled: { tone: "none", icon: IconBan },
  expired: { tone: "medium", icon: IconClockX },
};

/** `still` for a state of the past, which no longer turns. */
export function TaskStateBadge({ state, still = false }: { state: TaskState; still?: boolean }) {
  const { t } = useTranslation("common");
  return (
    <Status {...STATE_LOOK[state]} filled={state === "failed"} spin={state === "running" && !still}>
      {t(`taskState.${state}`)}
    </Status>
  );
}

export function OnlineMark({ online }: { online: boolean }) {
  const { t } = useTranslation("common");
  const label = online ? t("online") : t("offline");
  return (
    <Tooltip label={label}>
      <span className={classes.online} data-online={online || undefined}>
        {online ? <span className={classes.dot} aria-hidden /> : <IconPlugConnectedX size={14} aria-hidden />}
        <span className="visually-hidden">{label}</span>
      </span>
    </Tooltip>
  );
}
