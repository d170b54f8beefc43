import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client.ts";
import type { Update, UpdateDeviceRow } from "@/api/types.ts";
import type { Page } from "@/api/page.ts";
import { DEVICE_FILTERS, deviceFilterParams, type DeviceFilterKey } from "@/domain/devices/deviceFilters.ts";
import type { ScopeParams } from "@/domain/scope.ts";
import { pageParams, type ListDefinition, type ListState } from "@/ui/DataGrid/index.ts";

const SORTS = ["hostname", "os", "agent_version", "pending_updates", "restart_required", "last_scan_at"] as const;
export type UpdatesSort = (typeof SORTS)[number];

/** Trouble first: devices with the most pending security updates lead the list. */
export const updatesList: ListDefinition<UpdatesSort, DeviceFilterKey> = {
  sorts: SORTS,
  sort: "pending_updates",
  order: "desc",
  filters: DEVICE_FILTERS,
};

export const updateDevicesQuery = (state: ListState<UpdatesSort, DeviceFilterKey>, scope: ScopeParams) => {
  const query = { status: "active" as const, ...pageParams(state), ...deviceFilterParams(state), ...scope };
  return queryOptions({
    queryKey: ["updates", "devices", query],
    queryFn: ({ signal }) =>
      unwrap<Page<UpdateDeviceRow>>(api.GET("/api/v1/updates/devices", { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
};

const PAGE = 200;
const MOST_PAGES = 10;

/** All pending updates of one device, worst class first: a chooser cannot be paged. */
export const pendingUpdatesQuery = (deviceId: string) =>
  queryOptions({
    queryKey: ["updates", "pending", deviceId],
    queryFn: async ({ signal }) => {
      const found: Update[] = [];
      let cursor: string | null = null;
      for (let page = 0; page < MOST_PAGES; page += 1) {
        const query = {
          limit: PAGE,
          sort: "class" as const,
          order: "asc" as const,
          ...(cursor === null ? {} : { cursor }),
        };
        const answer: Page<Update> = await unwrap<Page<Update>>(
          api.GET("/api/v1/devices/{device_id}/updates", { params: { path: { device_id: deviceId }, query }, signal }),
        );
        found.push(...answer.items);
        cursor = answer.next_cursor;
        if (cursor === null) break;
      }
      return found;
    },
  });
