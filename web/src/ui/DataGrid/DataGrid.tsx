import { useMemo, useRef, useState } from "react";
import { BulkBar } from "./BulkBar.tsx";
import classes from "./grid.module.css";
import { GridBody } from "./GridBody.tsx";
import { useGridKeys } from "./keys.ts";
import { Pager } from "./Pager.tsx";
import { Peek } from "./Peek.tsx";
import { ordered, usePreferences } from "./preferences.ts";
import type { DataGridProps } from "./props.ts";
import { useSelection } from "./selection.ts";
import { Toolbar } from "./Toolbar.tsx";
import type { BulkAction, Column } from "./types.ts";

function worthShowing<Row>(column: Column<Row>, rows: Row[]): boolean {
  const { isBlank } = column;
  if (column.fixed === true) return true;
  return column.isConstant !== true && (isBlank === undefined || rows.length === 0 || !rows.every(isBlank));
}

function runByKey(actions: BulkAction[], key: string): boolean {
  const found = actions.find((action) => action.shortcut === key && action.disabledReason === undefined);
  found?.run();
  return found !== undefined;
}

/** The list of every page: server-side paging, sorting and filtering, with all its states. */
export function DataGrid<Row>(props: DataGridProps<Row>) {
  const { columns, page, list, rowId } = props;
  const root = useRef<HTMLDivElement>(null);
  const revealer = useRef<((index: number) => void) | null>(null);
  const [preferences, setPreferences] = usePreferences(props.id, columns);
  const [peeked, peek] = useState<string | null>(null);

  const rows = useMemo(() => page.data?.items ?? [], [page.data]);
  const total = page.data?.total ?? 0;
  const { q, filters } = list.state;
  const selection = useSelection<Row>(JSON.stringify([q, filters, props.scopeKey]), total, rowId);
  const useful = columns.filter((column) => worthShowing(column, rows));
  const arranged = ordered(useful, preferences.order);
  const visible = arranged.filter((column) => column.fixed === true || !preferences.hidden.includes(column.id));
  const find = (id: string | null | undefined): Row | undefined => rows.find((row) => rowId(row) === id);
  const shown = find(peeked);

  useGridKeys(root, {
    ...(props.peek === undefined
      ? {}
      : {
          onPeek: (id) => {
            peek((before) => (before === id ? null : id));
          },
        }),
    onKey: (key, id) => {
      if (props.bulk && selection.count > 0) {
        const { primary, more = [] } = props.bulk(selection);
        return runByKey([...primary, ...more], key);
      }
      const row = find(id);
      return row !== undefined && props.rowActions !== undefined && runByKey(props.rowActions(row), key);
    },
    reveal: (index) => {
      revealer.current?.(index);
      // The open panel follows the focus.
      const row = rows[index];
      if (row !== undefined) peek((before) => (before === null ? null : rowId(row)));
    },
  });

  return (
    <div ref={root} className={classes.panel} data-density={preferences.density}>
      {props.top}
      <Toolbar
        list={list}
        filters={props.filters ?? []}
        moreFilters={props.moreFilters}
        searchLabel={props.searchLabel}
        columns={arranged}
        preferences={preferences}
        onPreferences={setPreferences}
        busy={page.isFetching && !page.isPending}
        onRefresh={() => void page.refetch()}
      />
      <div className={classes.bodyWithPeek}>
        <div className={classes.body}>
          <GridBody
            {...props}
            columns={visible}
            allColumns={columns}
            selection={props.bulk ? selection : undefined}
            preferences={preferences}
            onPreferences={setPreferences}
            revealer={revealer}
          />
        </div>
        {props.peek && shown !== undefined ? (
          <Peek
            name={props.rowName(shown)}
            onClose={() => {
              peek(null);
            }}
          >
            {props.peek(shown)}
          </Peek>
        ) : null}
      </div>
      {props.bulk && selection.count > 0 ? (
        <BulkBar
          selection={selection}
          total={total}
          onSelectAll={() => {
            selection.selectAll(rows);
          }}
          actions={props.bulk(selection)}
        />
      ) : null}
      {page.data?.total === 0 && !list.filtered ? null : <Pager list={list} page={page.data} />}
    </div>
  );
}
