import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client.ts";
import { defineList } from "@/api/defineList.ts";
import type { Page } from "@/api/page.ts";
import type { Update } from "@/api/types.ts";
import { DEVICE_FILTERS } from "@/domain/devices/deviceFilters.ts";

const { pending, scan, restart, online, os } = DEVICE_FILTERS;

/** Trouble first: devices with the most pending security updates lead the list. */
export const updatesList = defineList("/api/v1/updates/devices", {
  id: "updates",
  key: ["updates", "devices"],
  sorts: [
    "hostname",
    "os",
    "agent_version",
    "pending_updates",
    "restart_required",
    "last_scan_at",
    "scan_completeness",
  ],
  sort: "pending_updates",
  order: "desc",
  filters: { pending, scan, restart, online, os },
  isSearchable: true,
  scope: "site",
  always: { status: "active" },
});

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
