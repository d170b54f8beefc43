import { Checkbox } from "@mantine/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useImperativeHandle, useMemo, useState, type RefObject } from "react";
import { useTranslation } from "react-i18next";
import { useColumnWidths } from "./columnWidths.ts";
import classes from "./grid.module.css";
import { GridRow } from "./GridRow.tsx";
import { SkeletonRows } from "./GridStates.tsx";
import { HeaderCell } from "./HeaderCell.tsx";
import { useKeptScroll } from "./keptScroll.ts";
import { useOverflow } from "./overflow.ts";
import type { GridBodyProps } from "./props.ts";

const NONE: never[] = [];
/** Up to so many rows all are drawn: the browser does that faster than it counts which. */
const DRAWN_AT_ONCE = 60;
const ROW_HEIGHT = { comfortable: 36, compact: 30 } as const;
const BEYOND_THE_EDGE = 12;

function useRows<Row>({ page, rowId, preferences }: GridBodyProps<Row>, box: HTMLElement | null) {
  const rows = page.data?.items ?? NONE;
  const isVirtual = rows.length > DRAWN_AT_ONCE;
  // eslint-disable-next-line react-hooks/incompatible-library -- the virtualiser is read anew on each render
  const virtual = useVirtualizer({
    count: rows.length,
    enabled: isVirtual,
    getScrollElement: () => box,
    estimateSize: () => ROW_HEIGHT[preferences.density],
    getItemKey: (index) => (rows[index] === undefined ? index : rowId(rows[index])),
    overscan: BEYOND_THE_EDGE,
  });
  const items = virtual.getVirtualItems();
  const shown = isVirtual
    ? items.flatMap(({ index }) => (rows[index] === undefined ? [] : [{ index, row: rows[index] }]))
    : rows.map((row, index) => ({ index, row }));
  const before = isVirtual ? (items[0]?.start ?? 0) : 0;
  const after = isVirtual ? virtual.getTotalSize() - (items.at(-1)?.end ?? 0) : 0;
  const reveal = useCallback(
    (index: number) => {
      if (isVirtual) virtual.scrollToIndex(index);
      else box?.querySelector(`[data-index="${String(index)}"]`)?.scrollIntoView({ block: "nearest" });
    },
    [isVirtual, virtual, box],
  );
  return { rows, shown, before, after, reveal, measure: isVirtual ? virtual.measureElement : undefined };
}

/** The height of rows that are out of view. */
function Gap({ height }: { height: number }) {
  return height > 0 ? (
    <tr aria-hidden className={classes.gap}>
      <td style={{ height }} />
    </tr>
  ) : null;
}

export function GridTable<Row>(props: GridBodyProps<Row> & { revealer: RefObject<((index: number) => void) | null> }) {
  const { columns, page, list, rowId, rowName, selection, preferences, onPreferences } = props;
  const { t } = useTranslation("grid");
  const [box, setBox] = useState<HTMLDivElement | null>(null);
  const { rows, shown, before, after, reveal, measure } = useRows(props, box);
  const more = useOverflow(box);
  useKeptScroll(box, page.data !== undefined);
  useImperativeHandle(props.revealer, () => reveal, [reveal]);
  const { widths, resizer } = useColumnWidths(box, preferences, onPreferences);
  const ticked = useMemo(
    () => (selection ? rows.filter((row) => selection.has(rowId(row))).length : 0),
    [rows, selection, rowId],
  );
  const hasActions = props.actions !== undefined || props.rowActions !== undefined;
  const cells = columns.length + (selection ? 1 : 0) + (hasActions ? 1 : 0);

  return (
    <div
      ref={setBox}
      className={classes.scroller}
      tabIndex={0}
      role="region"
      aria-label={props.label}
      data-more={more || undefined}
      data-rows={rows.length}
    >
      <table
        className={classes.table}
        aria-busy={page.isFetching}
        aria-rowcount={rows.length + 1}
        data-stale={page.isPlaceholderData || undefined}
        data-sized={widths !== undefined || undefined}
      >
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
            {columns.map((column, index) => (
              <HeaderCell
                key={column.id}
                column={column}
                list={list}
                isFirst={index === 0}
                width={widths?.[column.id]}
                resizer={resizer}
              />
            ))}
            {hasActions ? (
              <th scope="col" className={classes.actions}>
                <span className="visually-hidden">{t("actions")}</span>
              </th>
            ) : null}
          </tr>
        </thead>
        <tbody>
          {page.isPending ? <SkeletonRows columns={cells} /> : null}
          <Gap height={before} />
          {shown.map(({ row, index }) => (
            <GridRow
              key={rowId(row)}
              row={row}
              index={index}
              rows={rows}
              id={rowId(row)}
              name={rowName(row)}
              columns={columns}
              selection={selection}
              actions={props.actions}
              rowActions={props.rowActions}
              measure={measure}
            />
          ))}
          <Gap height={after} />
        </tbody>
      </table>
    </div>
  );
}
