import type { UseQueryResult } from "@tanstack/react-query";
import { useRef, type ReactNode } from "react";
import type { Page } from "@/api/types.ts";
import { BulkBar } from "./BulkBar.tsx";
import { GridBody } from "./GridBody.tsx";
import classes from "./grid.module.css";
import { useGridKeys } from "./keys.ts";
import type { ListHandle } from "./listState.ts";
import { Pager } from "./Pager.tsx";
import { ordered, usePreferences } from "./preferences.ts";
import { useSelection } from "./selection.ts";
import { Toolbar } from "./Toolbar.tsx";
import type { BulkActions, Column, Emptiness, Filter, Selection } from "./types.ts";

export interface DataGridProps<Row> {
  /** Names the grid in the reader's saved preferences. */
  id: string;
  label: string;
  columns: Column<Row>[];
  page: UseQueryResult<Page<Row>>;
  list: ListHandle;
  rowId: (row: Row) => string;
  rowName: (row: Row) => string;
  /** Absent = this list has no text search. */
  searchLabel?: string;
  filters?: Filter[];
  empty: Emptiness;
  actions?: (row: Row) => ReactNode;
  /** What may be done with ticked rows; absent = rows have no checkboxes. */
  bulk?: (selection: Selection<Row>) => BulkActions;
  /** Whatever else decides which rows match (the tenant, say): ticks do not survive its change. */
  scopeKey?: string;
}

/** The list of every page: server-side paging, sorting and filtering, with all its states. */
export function DataGrid<Row>(props: DataGridProps<Row>) {
  const { columns, page, list, rowId } = props;
  const root = useRef<HTMLDivElement>(null);
  const [preferences, setPreferences] = usePreferences(props.id, columns);
  useGridKeys(root);

  const total = page.data?.total ?? 0;
  const { q, filters } = list.state;
  const selection = useSelection<Row>(JSON.stringify([q, filters, props.scopeKey]), total, rowId);
  const arranged = ordered(columns, preferences.order);
  const visible = arranged.filter((column) => column.fixed === true || !preferences.hidden.includes(column.id));

  return (
    <div ref={root} className={classes.panel} data-density={preferences.density}>
      <Toolbar
        list={list}
        filters={props.filters ?? []}
        searchLabel={props.searchLabel}
        columns={arranged}
        preferences={preferences}
        onPreferences={setPreferences}
        busy={page.isFetching && !page.isPending}
        onRefresh={() => void page.refetch()}
      />
      <GridBody {...props} columns={visible} selection={props.bulk ? selection : undefined} />
      {props.bulk && selection.count > 0 ? (
        <BulkBar selection={selection} total={total} onSelectAll={() => { selection.selectAll(page.data?.items ?? []); }} actions={props.bulk(selection)} />
      ) : null}
      <Pager list={list} page={page.data} />
    </div>
  );
}
