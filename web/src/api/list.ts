export const PAGE_SIZES = [10, 25, 50, 100, 200] as const;
export const DEFAULT_LIMIT = 100;
/** Before a value: rows for which it does not hold. */
export const NOT = "!";
const LONGEST_TEXT = 500;

export type Order = "asc" | "desc";

/** The part of a list page's address that belongs to the list. All optional: an absent value is the default. */
export interface ListSearch {
  q?: string;
  sort?: string;
  order?: Order;
  limit?: number;
  cursor?: string;
  /** Position of the page's first row, from 1; a keyset cursor does not know it. */
  from?: number;
}

/** What a list can be sorted and filtered by. */
export interface ListShape<Sort extends string, Key extends string> {
  sorts: readonly Sort[];
  sort: Sort;
  order: Order;
  /** Filter names with the values that they may take; any text where there are none to choose from. */
  filters: Record<Key, readonly string[] | null>;
  /** Filters that can also be turned round: "is not". */
  negatable?: ReadonlySet<string>;
  /** Whether text can be searched for. */
  isSearchable: boolean;
}

export interface ListState<Sort extends string = string, Key extends string = string> {
  q: string;
  sort: Sort;
  order: Order;
  limit: number;
  cursor: string | undefined;
  from: number;
  filters: Partial<Record<Key, string>>;
}

function text(value: unknown): string | undefined {
  const string = typeof value === "number" ? String(value) : value;
  return typeof string === "string" && string !== "" ? string.slice(0, LONGEST_TEXT) : undefined;
}

function position(value: unknown): number | undefined {
  return typeof value === "number" && Number.isInteger(value) && value > 1 ? value : undefined;
}

/** Keeps of a filter's comma-separated values those that exist. */
function known(value: unknown, allowed: readonly string[] | null, canBeNot: boolean): string | undefined {
  const said = text(value);
  if (said === undefined || allowed === null) return said;
  const isNot = canBeNot && said.startsWith(NOT);
  const kept = said
    .slice(isNot ? NOT.length : 0)
    .split(",")
    .filter((part) => allowed.includes(part));
  return kept.length > 0 ? `${isNot ? NOT : ""}${kept.join(",")}` : undefined;
}

/** Validates the address of a list page: whatever somebody typed there, what remains is usable. */
export function validateList<Sort extends string, Key extends string>(
  shape: ListShape<Sort, Key>,
  raw: Record<string, unknown>,
): ListSearch & Partial<Record<Key, string>> {
  const sort = shape.sorts.find((name) => name === raw["sort"]);
  const limit = PAGE_SIZES.find((size) => size === raw["limit"]);
  const found: Record<string, unknown> = {
    q: shape.isSearchable ? text(raw["q"]) : undefined,
    sort,
    order: raw["order"] === "asc" || raw["order"] === "desc" ? raw["order"] : undefined,
    limit: limit === DEFAULT_LIMIT ? undefined : limit,
    cursor: text(raw["cursor"]),
    from: position(raw["from"]),
  };
  for (const [key, allowed] of Object.entries<readonly string[] | null>(shape.filters))
    found[key] = known(raw[key], allowed, shape.negatable?.has(key) === true);
  const present = Object.entries(found).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present) as ListSearch & Partial<Record<Key, string>>;
}

export function toState<Sort extends string, Key extends string>(
  shape: ListShape<Sort, Key>,
  raw: Record<string, unknown>,
): ListState<Sort, Key> {
  const search = validateList(shape, raw);
  const keys = Object.keys(shape.filters) as Key[];
  const filters: Partial<Record<Key, string>> = {};
  for (const key of keys) if (search[key] !== undefined) filters[key] = search[key];
  return {
    q: search.q ?? "",
    sort: (search.sort as Sort | undefined) ?? shape.sort,
    order: search.order ?? shape.order,
    limit: search.limit ?? DEFAULT_LIMIT,
    cursor: search.cursor,
    from: search.from ?? 1,
    filters,
  };
}

/** The parameters that every list of the API takes. */
export function pageParams<Sort extends string, Key extends string>(state: ListState<Sort, Key>) {
  return {
    limit: state.limit,
    sort: state.sort,
    order: state.order,
    ...(state.cursor === undefined ? {} : { cursor: state.cursor }),
    ...(state.q === "" ? {} : { q: state.q }),
  };
}
