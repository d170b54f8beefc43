import { useLocation, useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useMemo } from "react";
import { DEFAULT_LIMIT, toState, type ListShape, type ListState } from "@/api/list.ts";

export interface ListHandle<Sort extends string = string, Key extends string = string> {
  state: ListState<Sort, Key>;
  filtered: boolean;
  search: (q: string) => void;
  filter: (key: string, value: string | undefined) => void;
  sortBy: (sort: string) => void;
  resize: (limit: number) => void;
  goTo: (cursor: string | undefined, from: number) => void;
  clear: () => void;
}

/** What the lists of this tab were last asked for, by their addresses: the way back leads there. */
const lastSearches = new Map<string, Record<string, unknown>>();

/** The search parameters with which a list was last looked at. */
export function lastSearch(pathname: string): Record<string, unknown> {
  return lastSearches.get(pathname) ?? {};
}

type Patch = Record<string, string | number | undefined>;

/** The list state of the page in view, kept in its address. */
export function useListState<Sort extends string, Key extends string>(
  shape: ListShape<Sort, Key>,
): ListHandle<Sort, Key> {
  const raw: Record<string, unknown> = useSearch({ strict: false });
  const navigate = useNavigate();
  const pathname = useLocation({ select: (location) => location.pathname });
  useEffect(() => {
    lastSearches.set(pathname, raw);
  }, [pathname, raw]);
  return useMemo(() => {
    const state = toState(shape, raw);
    const set = (patch: Patch, replace = false): void => {
      const merge = (previous: Record<string, unknown>) => ({ ...previous, ...patch });
      void navigate({ to: ".", search: merge as never, replace });
    };
    const first = { cursor: undefined, from: undefined };
    return {
      state,
      filtered: state.q !== "" || Object.keys(state.filters).length > 0,
      search: (q) => {
        set({ ...first, q: q === "" ? undefined : q }, true);
      },
      filter: (key, value) => {
        set({ ...first, [key]: value });
      },
      sortBy: (sort) => {
        const order = state.sort === sort && state.order === "asc" ? "desc" : "asc";
        set({ ...first, sort, order });
      },
      resize: (limit) => {
        set({ ...first, limit: limit === DEFAULT_LIMIT ? undefined : limit });
      },
      goTo: (cursor, from) => {
        set({ cursor, from: from > 1 ? from : undefined });
      },
      clear: () => {
        set({
          ...first,
          q: undefined,
          ...Object.fromEntries(Object.keys(shape.filters).map((key) => [key, undefined])),
        });
      },
    };
  }, [shape, raw, navigate]);
}
