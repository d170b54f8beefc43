import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client.ts";
import { defineList, type QueryOf } from "@/api/defineList.ts";
import type { Page } from "@/api/page.ts";
import type { AuditEntry, AuditRow, Member } from "@/api/types.ts";

const GROUPS = [
  "access",
  "agent",
  "api_key",
  "approval",
  "audit",
  "certificate",
  "device",
  "job",
  "member",
  "release",
  "rollout",
  "safety",
  "session",
  "setup",
  "site",
  "task",
  "tenant",
  "token",
  "user",
  "window",
] as const;

/** Who acts, as people think of it, and what the API calls them. */
export const WHO = {
  people: ["user", "api_key"],
  devices: ["device"],
  bosman: ["system"],
} as const satisfies Record<string, readonly AuditRow["actor_kind"][]>;
export type Who = keyof typeof WHO;

/** Filters of the page beside those of every list; days are the reader's own, both inclusive. */
export interface AuditChoice {
  who?: Who;
  actor?: string;
  device?: string;
  since?: string;
  until?: string;
}

export const auditList = defineList("/api/v1/audit", {
  id: "audit",
  key: ["audit", "list"],
  sorts: ["at"],
  sort: "at",
  order: "desc",
  filters: {
    action: { type: "many", param: "action", values: GROUPS, as: (group) => `${group}.` },
    result: { type: "one", param: "result", values: ["ok", "refused"] },
    where: { type: "many", param: "tenant_id", values: ["platform"] },
  },
  isSearchable: true,
  scope: "tenant",
  staleTime: 5_000,
});

/** The first moment after a day (or the first of it), in the reader's own zone. */
function midnight(day: string, plusDays: number): string {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  return new Date(year, month - 1, date + plusDays).toISOString();
}

/** The page's own filters as parameters. */
export function choiceParams(choice: AuditChoice): QueryOf<"/api/v1/audit"> {
  return {
    ...(choice.who === undefined ? {} : { actor_kind: [...WHO[choice.who]] }),
    ...(choice.actor === undefined ? {} : { actor: choice.actor }),
    ...(choice.device === undefined ? {} : { device_id: choice.device }),
    ...(choice.since === undefined ? {} : { from: midnight(choice.since, 0) }),
    ...(choice.until === undefined ? {} : { to: midnight(choice.until, 1) }),
  };
}

const MOST_PEOPLE = 100;

/** Members to choose from; somebody with several customers comes once for each. */
export const peopleQuery = (tenant: string | undefined, search: string) => {
  const query = {
    limit: MOST_PEOPLE,
    sort: "name" as const,
    order: "asc" as const,
    ...(tenant === undefined ? {} : { tenant_id: [tenant] }),
    ...(search === "" ? {} : { q: search }),
  };
  return queryOptions({
    queryKey: ["members", "choices", query],
    queryFn: ({ signal }) => unwrap<Page<Member>>(api.GET("/api/v1/members", { params: { query }, signal })),
  });
};

const SEALING_MS = 2_000;

/** One entry; asked again until it is sealed. */
export const entryQuery = (entryId: string) =>
  queryOptions({
    queryKey: ["audit", "detail", entryId],
    queryFn: ({ signal }) =>
      unwrap<AuditEntry>(api.GET("/api/v1/audit/{entry_id}", { params: { path: { entry_id: entryId } }, signal })),
    refetchInterval: ({ state }) => (state.data?.chain === null ? SEALING_MS : false),
  });

/** Where the browser fetches the file; Polish spreadsheets expect semicolons between the cells. */
export function exportUrl(format: "csv" | "jsonl", filter: QueryOf<"/api/v1/audit">, language: string): string {
  const query = new URLSearchParams({
    format,
    ...(format === "csv" && language === "pl" ? { separator: "semicolon" } : {}),
  });
  for (const [name, value] of Object.entries(filter)) {
    for (const one of Array.isArray(value) ? value : [value]) query.append(name, String(one));
  }
  return `/api/v1/audit/export?${query.toString()}`;
}
