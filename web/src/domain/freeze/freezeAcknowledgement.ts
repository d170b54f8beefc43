import { useTranslation } from "react-i18next";
import type { FreezeState } from "@/api/types.ts";
import { useFormat } from "@/ui/format.ts";

/** How many devices have heard the last order, and how many cannot; null where it is not known or not told. */
export function useFreezeAcknowledgement(state: FreezeState): string | null {
  const { t } = useTranslation("freeze");
  const format = useFormat();
  const { device_count: all, acknowledged_count: acknowledged, offline_count: offline } = state;
  if (state.changed_at === null || all === null || acknowledged === null || offline === null) return null;
  const told = t("acknowledged.of", { acknowledged: format.number(acknowledged), all: format.number(all) });
  return offline > 0 ? `${told} ${t("acknowledged.offline", { count: offline })}` : told;
}
