import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Filter, ListState } from "@/ui/DataGrid/index.ts";

/** The filters of every list of devices, as they stand in the address. */
export const DEVICE_FILTERS = {
  pending: ["any", "security", "none"],
  restart: ["yes", "no"],
  online: ["yes", "no"],
  os: ["linux", "windows"],
  status: ["active", "revoked"],
} as const;

export type DeviceFilterKey = keyof typeof DEVICE_FILTERS;

type OneOf<Key extends DeviceFilterKey> = (typeof DEVICE_FILTERS)[Key][number];

export interface DeviceFilterParams {
  q?: string;
  pending?: OneOf<"pending">;
  restart_required?: boolean;
  online?: boolean;
  os_family?: OneOf<"os">;
  status?: OneOf<"status">;
}

/** The filters as parameters of the API; the address was validated, so the values are known ones. */
export function deviceFilterParams(
  state: Pick<ListState<string, DeviceFilterKey>, "filters" | "q">,
): DeviceFilterParams {
  const { pending, restart, online, os, status } = state.filters;
  return {
    ...(state.q === "" ? {} : { q: state.q }),
    ...(pending === undefined ? {} : { pending: pending as OneOf<"pending"> }),
    ...(restart === undefined ? {} : { restart_required: restart === "yes" }),
    ...(online === undefined ? {} : { online: online === "yes" }),
    ...(os === undefined ? {} : { os_family: os as OneOf<"os"> }),
    ...(status === undefined ? {} : { status: status as OneOf<"status"> }),
  };
}

export function useDeviceFilters(keys: readonly DeviceFilterKey[]): Filter[] {
  const { t } = useTranslation("common");
  return useMemo(() => {
    const all: Record<DeviceFilterKey, Filter> = {
      pending: {
        key: "pending",
        label: t("filter.pending.label"),
        options: DEVICE_FILTERS.pending.map((value) => ({ value, label: t(`filter.pending.${value}`) })),
      },
      restart: {
        key: "restart",
        label: t("filter.restart.label"),
        options: DEVICE_FILTERS.restart.map((value) => ({ value, label: t(`filter.restart.${value}`) })),
      },
      online: {
        key: "online",
        label: t("filter.online.label"),
        options: DEVICE_FILTERS.online.map((value) => ({ value, label: t(`filter.online.${value}`) })),
      },
      os: {
        key: "os",
        label: t("filter.os.label"),
        options: DEVICE_FILTERS.os.map((value) => ({ value, label: t(`filter.os.${value}`) })),
      },
      status: {
        key: "status",
        label: t("filter.status.label"),
        options: DEVICE_FILTERS.status.map((value) => ({ value, label: t(`filter.status.${value}`) })),
      },
    };
    return keys.map((key) => all[key]);
  }, [t, keys]);
}
