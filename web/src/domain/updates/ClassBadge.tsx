import { Tooltip } from "@mantine/core";
import {
  IconAlertTriangleFilled,
  IconCpu,
  IconHexagonFilled,
  IconInfoCircle,
  IconShieldCheck,
  IconSparkles,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { UpdateClass } from "@/api/types.ts";
import { Status, type Look } from "@/ui/Status.tsx";

const LOOK: Record<UpdateClass, Look> = {
  security: { tone: "high", icon: IconHexagonFilled },
  critical: { tone: "critical", icon: IconAlertTriangleFilled },
  optional: { tone: "none", icon: IconInfoCircle },
  feature: { tone: "info", icon: IconSparkles },
  driver: { tone: "none", icon: IconCpu },
  definition: { tone: "none", icon: IconShieldCheck },
};

/** Classes that catch the eye: if every other row did, none would. */
const LOUD: ReadonlySet<UpdateClass> = new Set(["critical"]);

/** The class of one update. */
export function ClassBadge({ value }: { value: UpdateClass }) {
  const { t } = useTranslation("common");
  return (
    <Status {...LOOK[value]} filled={LOUD.has(value)}>
      {t(`updateClass.${value}`)}
    </Status>
  );
}

/** How many updates of a class wait; nothing for zero or for what nobody has counted. */
export function ClassCount({ value, count }: { value: "security" | "critical" | "optional"; count: number | null }) {
  const { t } = useTranslation("common");
  if (count === null || count === 0) return null;
  const words = t(`updateCount.${value}`, { count });
  return (
    <Tooltip label={words}>
      <span>
        <Status {...LOOK[value]} filled={LOUD.has(value)}>
          <span aria-hidden>{count}</span>
          <span className="visually-hidden">{words}</span>
        </Status>
      </span>
    </Tooltip>
  );
}
