import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import type { List, ListPath, QueryOf, RowOf } from "@/api/defineList.ts";
import type { Page } from "@/api/page.ts";
import { useListState, type ListHandle } from "@/ui/DataGrid/index.ts";
import { useScope } from "../scope.ts";

export interface UsedList<Path extends ListPath, Sort extends string, Filters> {
  list: List<Path, Sort, Filters>;
  /** State of the list, kept in the address. */
  handle: ListHandle<Sort, keyof Filters & string>;
  page: UseQueryResult<Page<RowOf<Path>>>;
  /** How many rows match; 0 while nobody knows. */
  total: number;
  /** What narrows the list, as parameters: all rows that match are what this finds. */
  filter: QueryOf<Path>;
  scopeKey: string;
}

interface Own<Path extends ListPath, Sort extends string, Filters> {
  /** Parameters of the page's own, such as the job whose tasks are listed. */
  more?: QueryOf<Path>;
  /** What fills the gaps of the list's address. */
  path?: Record<string, string>;
  /** The list's state where the page keeps more of it than the list. */
  handle?: ListHandle<Sort, keyof Filters & string>;
}

/** A list of the page in view: its state in the address, the scope of the shell, and the page of rows. */
export function useList<Path extends ListPath, Sort extends string, Filters>(
  list: List<Path, Sort, Filters>,
  own: Own<Path, Sort, Filters> = {},
): UsedList<Path, Sort, Filters> {
  const plain = useListState(list.shape);
  const scope = useScope();
  const { handle = plain, ...rest } = own;
  const asked = { scope: scope.params, ...rest };
  const page = useQuery(list.query(handle.state, asked));
  return {
    list,
    handle,
    page,
    total: page.data?.total ?? 0,
    filter: list.filter(handle.state, asked),
    scopeKey: scope.key,
  };
}
