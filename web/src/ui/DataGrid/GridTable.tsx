import { Checkbox } from "@mantine/core";
import {
  columnOrderingFeature,
  columnVisibilityFeature,
  createColumnHelper,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { useEffect, useMemo, useState, type MouseEvent } from "react";
import { useTranslation } from "react-i18next";
import classes from "./grid.module.css";
import { SkeletonRows } from "./GridStates.tsx";
import { HeaderCell } from "./HeaderCell.tsx";
import type { GridBodyProps } from "./props.ts";
import type { Column } from "./types.ts";

const features = tableFeatures({ columnVisibilityFeature, columnOrderingFeature });
const NONE: never[] = [];

function useGridTable<Row>(columns: Column<Row>[], rows: Row[], rowId: (row: Row) => string) {
  const definitions = useMemo(() => {
    const helper = createColumnHelper<typeof features, Row & object>();
    return columns.map((column) =>
      helper.display({ id: column.id, header: column.header, cell: (context) => column.cell(context.row.original) }),
    );
  }, [columns]);
  return useTable({ features, columns: definitions, data: rows as (Row & object)[], getRowId: rowId });
}

/** A click beside a row's links and buttons opens it, as its link does for the keyboard. */
function openRow(event: MouseEvent<HTMLTableRowElement>): void {
  const { target, currentTarget } = event;
  // Menus and dialogs of a row stand elsewhere in the document, yet their clicks arrive here too.
  if (!(target instanceof Element) || !currentTarget.contains(target)) return;
  if (target.closest("a, button, input, label") || window.getSelection()?.isCollapsed === false) return;
  currentTarget.querySelector<HTMLElement>("[data-row-link]")?.click();
}

/** Whether part of the table is scrolled out of view to the right, under the actions column. */
function useOverflow() {
  const [box, setBox] = useState<HTMLDivElement | null>(null);
  const [more, setMore] = useState(false);
  useEffect(() => {
    if (!box) return undefined;
    const measure = (): void => {
      setMore(box.scrollWidth - box.clientWidth - box.scrollLeft > 1);
    };
    const observer = new ResizeObserver(measure);
    observer.observe(box);
    if (box.firstElementChild) observer.observe(box.firstElementChild);
    box.addEventListener("scroll", measure, { passive: true });
    return () => {
      observer.disconnect();
      box.removeEventListener("scroll", measure);
    };
  }, [box]);
  return [setBox, more] as const;
}

export function GridTable<Row>(props: GridBodyProps<Row>) {
  const { columns, page, list, rowId, rowName, selection, actions } = props;
  const { t } = useTranslation("grid");
  const rows = page.data?.items ?? NONE;
  const table = useGridTable<Row>(columns, rows, rowId);
  const byId = useMemo(() => new Map(columns.map((column) => [column.id, column])), [columns]);
  const [scroller, more] = useOverflow();
  const ticked = selection ? rows.filter((row) => selection.has(rowId(row))).length : 0;

  return (
    <div
      ref={scroller}
      className={classes.scroller}
      tabIndex={0}
      role="region"
      aria-label={props.label}
      data-more={more || undefined}
    >
      <table className={classes.table} aria-busy={page.isFetching} data-stale={page.isPlaceholderData || undefined}>
        <thead>
          <tr>
            {selection ? (
              <th scope="col" className={classes.tick}>
                <Checkbox
                  aria-label={t("selectPage")}
                  checked={rows.length > 0 && ticked === rows.length}
                  indeterminate={ticked > 0 && ticked < rows.length}
                  onChange={(event) => {
                    selection.toggleMany(rows, event.currentTarget.checked);
                  }}
                />
              </th>
            ) : null}
            {table.getVisibleLeafColumns().map(({ id }) => {
              const column = byId.get(id);
              return column ? <HeaderCell key={id} column={column} list={list} /> : null;
            })}
            {actions ? (
              <th scope="col" className={classes.actions}>
                {t("actions")}
              </th>
            ) : null}
          </tr>
        </thead>
        <tbody>
          {page.isPending ? <SkeletonRows columns={columns.length + (selection ? 1 : 0) + (actions ? 1 : 0)} /> : null}
          {table.getRowModel().rows.map((row) => {
            const chosen = selection?.has(row.id) ?? false;
            return (
              <tr key={row.id} data-grid-row tabIndex={-1} data-chosen={chosen || undefined} onClick={openRow}>
                {selection ? (
                  <td className={classes.tick}>
                    <Checkbox
                      aria-label={t("selectRow", { name: rowName(row.original) })}
                      checked={chosen}
                      onChange={() => {
                        selection.toggle(row.original);
                      }}
                    />
                  </td>
                ) : null}
                {row.getVisibleCells().map((cell) => (
                  <td key={cell.id} data-align={byId.get(cell.column.id)?.align}>
                    <table.FlexRender cell={cell} />
                  </td>
                ))}
                {actions ? <td className={classes.actions}>{actions(row.original)}</td> : null}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
