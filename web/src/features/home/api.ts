import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client.ts";
import type { ScopeParams } from "@/api/defineList.ts";
import type { Home } from "@/api/types.ts";

/** Everything on Home, in one answer. */
export const homeQuery = (scope: ScopeParams) =>
  queryOptions({
    queryKey: ["home", scope],
    queryFn: ({ signal }) => unwrap<Home>(api.GET("/api/v1/home", { params: { query: scope }, signal })),
    placeholderData: keepPreviousData,
  });
