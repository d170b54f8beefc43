import type { ReactNode } from "react";
import type { List, ListPath, RowOf, ValueOf } from "@/api/defineList.ts";
import {
  DataGrid,
  type BulkAction,
  type BulkActions,
  type Column,
  type Emptiness,
  type Filter,
  type Selection,
} from "@/ui/DataGrid/index.ts";
import type { UsedList } from "./useList.ts";

/** The words of a list's filters: a name for each, and one for every value that the list declares. */
export type FilterTexts<Filters> = {
  readonly [Name in keyof Filters]: {
    label: string;
    word: (value: ValueOf<Filters[Name]>) => string;
    /** Not for this reader. */
    isHidden?: boolean;
    /** Shown only once it is set or asked for. */
    isRare?: boolean;
    /** Values that are one click away. */
    quick?: readonly ValueOf<Filters[Name]>[];
  };
};

/** The columns of a declared list; they sort by what it declares. */
export type Columns<Declared> = Declared extends {
  path: infer Path extends ListPath;
  shape: { sort: infer Sort extends string };
}
  ? Column<RowOf<Path>, Sort>[]
  : never;

interface ListGridProps<Path extends ListPath, Sort extends string, Filters> {
  of: UsedList<Path, Sort, Filters>;
  label: string;
  columns: Column<RowOf<Path>, NoInfer<Sort>>[];
  filters: FilterTexts<Filters>;
  /** Absent = this list has no text search. */
  searchLabel?: string | undefined;
  rowName: (row: RowOf<Path>) => string;
  /** What tells rows apart; by default their id. */
  rowId?: (row: RowOf<Path>) => string;
  empty: Emptiness;
  actions?: (row: RowOf<Path>) => ReactNode;
  rowActions?: (row: RowOf<Path>) => BulkAction[];
  peek?: (row: RowOf<Path>) => ReactNode;
  top?: ReactNode;
  bulk?: (selection: Selection<RowOf<Path>>) => BulkActions;
  moreFilters?: ReactNode;
}

function idOf(row: object): string {
  return "id" in row ? String(row.id) : "";
}

/** The chips of the filters that the list declares, in the order in which it does. */
function chips<Path extends ListPath, Sort extends string, Filters>(
  list: List<Path, Sort, Filters>,
  texts: FilterTexts<Filters>,
): Filter[] {
  return list.filterNames.flatMap((key): Filter[] => {
    const { label, word, isHidden = false, isRare = false, quick = [] } = texts[key];
    const values = list.values[key] as readonly ValueOf<Filters[typeof key]>[] | null;
    const options = (values ?? []).map((value) => ({ value, label: word(value) }));
    const kind = { multiple: list.isMultiple(key), isNegatable: list.isNegatable(key), isText: values === null };
    return isHidden ? [] : [{ key, label, options, isRare, quick, ...kind }];
  });
}

/** A declared list on a page: its columns and its words are all that is still to be said. */
export function ListGrid<Path extends ListPath, Sort extends string, Filters>(
  props: ListGridProps<Path, Sort, Filters>,
) {
  const { of, filters, searchLabel, rowId = idOf, ...rest } = props;
  return (
    <DataGrid
      {...rest}
      id={of.list.id}
      page={of.page}
      list={of.handle}
      filters={chips(of.list, filters)}
      rowId={rowId}
      scopeKey={of.scopeKey}
      {...(searchLabel === undefined ? {} : { searchLabel })}
    />
  );
}
