import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client.ts";
import type { Page } from "@/api/page.ts";
import type { Site } from "@/api/types.ts";

const MOST_SITES = 200;

/** All sites that the reader may see (of one tenant when given), for choosers. */
export const sitesQuery = (tenantId?: string) =>
  queryOptions({
    queryKey: ["sites", "all", tenantId ?? null],
    queryFn: ({ signal }) =>
      unwrap<Page<Site>>(
        api.GET("/api/v1/sites", {
          params: {
            query: {
              limit: MOST_SITES,
              sort: "name",
              order: "asc",
              ...(tenantId === undefined ? {} : { tenant_id: [tenantId] }),
            },
          },
          signal,
        }),
      ),
    staleTime: 60_000,
  });
