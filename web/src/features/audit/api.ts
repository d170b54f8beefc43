import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client.ts";
import type { AuditEntry, AuditRow } from "@/api/types.ts";
import type { Page } from "@/api/page.ts";
import { pageParams, type ListDefinition, type ListState } from "@/ui/DataGrid/index.ts";

const SORTS = ["at"] as const;
export const RESULTS = ["ok", "refused"] as const;
export const GROUPS = [
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
] as const;
/** The server does not count further than this. */
export const COUNTED_TO = 10_000;

type Sort = (typeof SORTS)[number];
export type AuditFilter = "action" | "result" | "where";
export type AuditListState = ListState<Sort, AuditFilter>;

/** Filters of the page beside those of every list; days are the reader's own, both inclusive. */
export interface AuditChoice {
  actor?: string;
  device?: string;
  since?: string;
  until?: string;
}

export const auditList: ListDefinition<Sort, AuditFilter> = {
  sorts: SORTS,
  sort: "at",
  order: "desc",
  filters: { action: GROUPS, result: RESULTS, where: ["platform"] },
};

/** The first moment after a day (or the first of it), in the reader's own zone. */
function midnight(day: string, plusDays: number): string {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  return new Date(year, month - 1, date + plusDays).toISOString();
}

/** What list and export are both asked for. */
export function filterParams(state: AuditListState, choice: AuditChoice, tenant: string | undefined) {
  const { action, result, where } = state.filters;
  const tenants = where === "platform" ? ["platform" as const] : tenant === undefined ? undefined : [tenant];
  return {
    ...(tenants === undefined ? {} : { tenant_id: tenants }),
    ...(state.q === "" ? {} : { q: state.q }),
    ...(action === undefined ? {} : { action: action.split(",").map((group) => `${group}.`) }),
    ...(result === undefined ? {} : { result: result as (typeof RESULTS)[number] }),
    ...(choice.actor === undefined ? {} : { actor: choice.actor }),
    ...(choice.device === undefined ? {} : { device_id: choice.device }),
    ...(choice.since === undefined ? {} : { from: midnight(choice.since, 0) }),
    ...(choice.until === undefined ? {} : { to: midnight(choice.until, 1) }),
  };
}

export const auditQuery = (state: AuditListState, choice: AuditChoice, tenant: string | undefined) => {
  const query = { ...pageParams(state), ...filterParams(state, choice, tenant) };
  return queryOptions({
    queryKey: ["audit", "list", query],
    queryFn: ({ signal }) => unwrap<Page<AuditRow>>(api.GET("/api/v1/audit", { params: { query }, signal })),
    placeholderData: keepPreviousData,
    staleTime: 5_000,
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
export function exportUrl(format: "csv" | "jsonl", params: ReturnType<typeof filterParams>, language: string): string {
  const query = new URLSearchParams({
    format,
    ...(format === "csv" && language === "pl" ? { separator: "semicolon" } : {}),
  });
  for (const [name, value] of Object.entries(params)) {
    for (const one of Array.isArray(value) ? value : [value]) query.append(name, one);
  }
  return `/api/v1/audit/export?${query.toString()}`;
}
