import {
  IconAlertTriangleFilled,
  IconCpu,
  IconInfoCircle,
  IconShieldCheck,
  IconShieldExclamation,
  IconSparkles,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { UpdateClass } from "@/api/types.ts";
import { Status, type Look } from "@/ui/Status.tsx";

const LOOK: Record<UpdateClass, Look> = {
  security: { tone: "high", icon: IconShieldExclamation },
  critical: { tone: "critical", icon: IconAlertTriangleFilled },
  optional: { tone: "none", icon: IconInfoCircle },
  feature: { tone: "info", icon: IconSparkles },
  driver: { tone: "none", icon: IconCpu },
  definition: { tone: "none", icon: IconShieldCheck },
};

/** What catches the eye: red is for critical ones alone. */
const WEIGHT: Partial<Record<UpdateClass, "filled" | "outlined">> = { security: "outlined", critical: "filled" };

/** The class of one update. */
export function ClassBadge({ value }: { value: UpdateClass }) {
  const { t } = useTranslation("common");
  return (
    <Status {...LOOK[value]} weight={WEIGHT[value] ?? "plain"}>
      {t(`updateClass.${value}`)}
    </Status>
  );
}

/** How many updates of a class wait; nothing for zero or for what nobody has counted. */
export function ClassCount({ value, count }: { value: "security" | "critical" | "optional"; count: number | null }) {
  const { t } = useTranslation("common");
  if (count === null || count === 0) return null;
  return (
    <Status {...LOOK[value]} weight={WEIGHT[value] ?? "plain"}>
      {t(`updateCount.${value}`, { count })}
    </Status>
  );
}
