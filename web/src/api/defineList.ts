import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client.ts";
import type { Family } from "./families.ts";
import { NOT, pageParams, validateList, type ListShape, type ListState, type Order } from "./list.ts";
import type { Page } from "./page.ts";
import type { paths } from "./schema.gen.ts";

interface ListRoute {
  get: {
    parameters: { query?: { cursor?: string | null; sort?: string | null } };
    responses: { 200: { content: { "application/json": { items: object[]; next_cursor: string | null } } } };
  };
}

/** The addresses of the API that answer with pages of a list. */
export type ListPath = { [Path in keyof paths]: paths[Path] extends ListRoute ? Path : never }[keyof paths];

type Get<Path extends ListPath> = Extract<paths[Path], ListRoute>["get"];
export type QueryOf<Path extends ListPath> = NonNullable<Get<Path>["parameters"]["query"]>;
export type RowOf<Path extends ListPath> = Get<Path>["responses"][200]["content"]["application/json"]["items"][number];
export type SortOf<Path extends ListPath> = NonNullable<QueryOf<Path>["sort"]>;

/** Parameters of the list itself, which no filter may claim. */
type Reserved = "limit" | "cursor" | "sort" | "order" | "q";

/** `not` is the parameter for the contrary, with the same values: in the address it is a `!` before them. */
type FilterFor<Name, Value, Names> = [Value] extends [boolean]
  ? { type: "flag"; param: Name }
  : [Value] extends [number]
    ? { type: "days"; param: Name; values: readonly Days[] }
    : [Value] extends [readonly (infer One)[]]
      ? | { type: "many"; param: Name; values: readonly One[]; not?: Names }
        | { type: "many"; param: Name; values: readonly string[]; as: (value: string) => One }
      : | { type: "one"; param: Name; values: readonly Value[]; not?: Names }
        | (string extends Value ? { type: "text"; param: Name } : never);

/** What the address calls a filter, as a parameter that the operation has, with values that it takes. */
type FilterOf<Query> = {
  [Name in Exclude<keyof Query, Reserved>]-?: FilterFor<Name, NonNullable<Query[Name]>, keyof Query>;
}[Exclude<keyof Query, Reserved>];

/** Longer ago than so many days. */
export type Days = `>${number}d`;

const YES_NO = ["yes", "no"] as const;

/** The values of one filter, as they stand in the address. */
export type ValueOf<Filter> = Filter extends { values: readonly (infer One extends string)[] }
  ? One
  : Filter extends { type: "text" }
    ? never
    : "yes" | "no";

type ScopeFor<Query> =
  "none" | ("tenant_id" extends keyof Query ? "tenant" : never) | ("site_id" extends keyof Query ? "site" : never);

interface Declaration<Path extends ListPath, Sort extends string, Filters> {
  /** Names the list in the reader's saved preferences of columns. */
  id: string;
  /** The beginning of its queries' keys: what a live event makes stale, and which of its lists. */
  key: readonly [Family, string];
  sorts: readonly Sort[];
  sort: NoInfer<Sort>;
  order: Order;
  filters: Filters;
  /** Whether text can be searched for. */
  isSearchable: "q" extends keyof QueryOf<Path> ? boolean : false;
  /** How far the scope of the shell narrows it. */
  scope: ScopeFor<QueryOf<Path>>;
  /** Sent always, unless a filter says otherwise. */
  always?: QueryOf<Path>;
  staleTime?: number;
}

/** What the reader looks at, as parameters of lists. */
export interface ScopeParams {
  tenant_id?: string[];
  site_id?: string[];
}

interface Asked<Path extends ListPath> {
  scope: ScopeParams;
  /** Parameters of the page's own. */
  more?: QueryOf<Path>;
  /** What fills the gaps of the address. */
  path?: Record<string, string>;
}

export interface List<Path extends ListPath, Sort extends string, Filters> {
  id: string;
  path: Path;
  shape: ListShape<Sort, keyof Filters & string>;
  filterNames: readonly (keyof Filters & string)[];
  values: { readonly [Name in keyof Filters]: readonly ValueOf<Filters[Name]>[] };
  /** Which filters can be turned round: "is not". */
  isNegatable: (filter: keyof Filters & string) => boolean;
  /** Which filters take several values at once. */
  isMultiple: (filter: keyof Filters & string) => boolean;
  validate: (raw: Record<string, unknown>) => ReturnType<typeof validateList<Sort, keyof Filters & string>>;
  /** What narrows the list, without its pages: what "all that match" means. */
  filter: (state: ListState<Sort, keyof Filters & string>, asked: Asked<Path>) => QueryOf<Path>;
  query: (
    state: ListState<Sort, keyof Filters & string>,
    asked: Asked<Path>,
  ) => ReturnType<typeof pageQuery<RowOf<Path>>>;
}

interface AnyFilter {
  type: "flag" | "one" | "many" | "days" | "text";
  param: string;
  not?: string;
  values?: readonly string[];
  as?: (value: string) => unknown;
}

function toParam({ type, param, not, as = (value) => value }: AnyFilter, said: string): [string, unknown] {
  const isNot = not !== undefined && said.startsWith(NOT);
  const value = isNot ? said.slice(NOT.length) : said;
  const name = isNot ? not : param;
  if (type === "flag") return [name, value === "yes"];
  if (type === "days") return [name, Number.parseInt(value.slice(1), 10)];
  return [name, type === "many" ? value.split(",").map(as) : value];
}

type AnyQuery = Record<string, unknown>;

// The generated client wants to know the address; the declaration has checked it and its parameters already.
const get = api.GET as unknown as (
  path: string,
  init: { params: { path: AnyQuery; query: AnyQuery }; signal: AbortSignal },
) => Promise<{ response: Response }>;

function pageQuery<Row>(
  key: readonly string[],
  path: string,
  params: { path: AnyQuery; query: AnyQuery },
  staleTime: number | undefined,
) {
  return queryOptions({
    queryKey: [...key, ...Object.values(params.path), params.query],
    queryFn: ({ signal }) => unwrap<Page<Row>>(get(path, { params, signal })),
    placeholderData: keepPreviousData,
    ...(staleTime === undefined ? {} : { staleTime }),
  });
}

/**
 * Declares a list of the API once: its address and query state, its filters and sorts, and how it is asked for. A
 * filter, a value or a sort that the operation does not have does not compile.
 */
export function defineList<
  Path extends ListPath,
  const Sort extends SortOf<Path>,
  const Filters extends Record<string, FilterOf<QueryOf<Path>>>,
>(path: Path, declaration: Declaration<Path, Sort, Filters>): List<Path, Sort, Filters> {
  type Key = keyof Filters & string;
  const { id, key, sorts, sort, order, isSearchable, scope, always, staleTime } = declaration;
  const filters = Object.entries(declaration.filters) as unknown as [Key, AnyFilter][];
  const shape: ListShape<Sort, Key> = {
    sorts,
    sort,
    order,
    isSearchable,
    filters: Object.fromEntries(
      filters.map(([name, { type, values = YES_NO }]) => [name, type === "text" ? null : values]),
    ) as unknown as Record<Key, readonly string[] | null>,
    negatable: new Set(filters.flatMap(([name, { not }]) => (not === undefined ? [] : [name]))),
  };

  const filter = (state: ListState<Sort, Key>, asked: Asked<Path>): AnyQuery => {
    const { tenant_id, site_id } = asked.scope;
    const chosen = filters.flatMap(([name, how]) => {
      const value = state.filters[name];
      return value === undefined ? [] : [toParam(how, value)];
    });
    return {
      ...always,
      ...(scope === "none" || tenant_id === undefined ? {} : { tenant_id }),
      ...(scope !== "site" || site_id === undefined ? {} : { site_id }),
      ...(state.q === "" ? {} : { q: state.q }),
      ...Object.fromEntries(chosen),
      ...asked.more,
    };
  };
  return {
    id,
    path,
    shape,
    filterNames: filters.map(([name]) => name),
    values: shape.filters as unknown as List<Path, Sort, Filters>["values"],
    isNegatable: (name) => shape.negatable?.has(name) === true,
    isMultiple: (name) =>
      filters.some(([key, { type, values }]) => key === name && type === "many" && values?.length !== 1),
    validate: (raw) => validateList(shape, raw),
    filter: filter as List<Path, Sort, Filters>["filter"],
    query: (state, asked) => {
      const query = { ...pageParams(state), ...filter(state, asked) };
      return pageQuery<RowOf<Path>>(key, path, { path: asked.path ?? {}, query }, staleTime);
    },
  };
}
