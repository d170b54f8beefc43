import { useRef } from "react";
import { BulkBar } from "./BulkBar.tsx";
import classes from "./grid.module.css";
import { GridBody } from "./GridBody.tsx";
import { useGridKeys } from "./keys.ts";
import { Pager } from "./Pager.tsx";
import { ordered, usePreferences } from "./preferences.ts";
import type { DataGridProps } from "./props.ts";
import { useSelection } from "./selection.ts";
import { Toolbar } from "./Toolbar.tsx";

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
        moreFilters={props.moreFilters}
        searchLabel={props.searchLabel}
        columns={arranged}
        preferences={preferences}
        onPreferences={setPreferences}
        busy={page.isFetching && !page.isPending}
        onRefresh={() => void page.refetch()}
      />
      <GridBody {...props} columns={visible} selection={props.bulk ? selection : undefined} />
      {props.bulk && selection.count > 0 ? (
        <BulkBar
          selection={selection}
          total={total}
          onSelectAll={() => {
            selection.selectAll(page.data?.items ?? []);
          }}
          actions={props.bulk(selection)}
        />
      ) : null}
      <Pager list={list} page={page.data} />
    </div>
  );
}
