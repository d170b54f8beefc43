import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import type { ScopeParams } from "@/api/defineList.ts";

const STORAGE_KEY = "bosman.scope";
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What the reader looks at: all tenants, one tenant, or one site of it. */
export interface Scope {
  tenant?: string;
  site?: string;
}

function id(value: unknown): string | undefined {
  return typeof value === "string" && UUID.test(value) ? value : undefined;
}

export function validateScope(raw: Record<string, unknown>): Scope {
  const tenant = id(raw["tenant"]);
  const site = tenant === undefined ? undefined : id(raw["site"]);
  return { ...(tenant === undefined ? {} : { tenant }), ...(site === undefined ? {} : { site }) };
}

export function rememberedScope(): Scope {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? "{}");
    return typeof value === "object" && value !== null ? validateScope(value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function remember(scope: Scope): void {
  try {
    localStorage.setItem(STORAGE_KEY, JSON.stringify(scope));
  } catch {
    // Storage may be closed to us; the address still carries the scope.
  }
}

export function useScope() {
  const search = useSearch({ strict: false });
  const navigate = useNavigate();
  const { tenant, site } = search;
  const change = useCallback(
    (next: Scope) => {
      remember(next);
      // Another scope is another list: a cursor or page number of the old one means nothing there.
      const merge = (previous: Record<string, unknown>) => ({
        ...previous,
        cursor: undefined,
        from: undefined,
        tenant: next.tenant,
        site: next.site,
      });
      void navigate({ to: ".", search: merge as never });
    },
    [navigate],
  );
  return useMemo(() => {
    const params: ScopeParams = {
      ...(tenant === undefined ? {} : { tenant_id: [tenant] }),
      ...(site === undefined ? {} : { site_id: [site] }),
    };
    return { tenant, site, params, key: `${tenant ?? ""}/${site ?? ""}`, change };
  }, [tenant, site, change]);
}
