import { Checkbox } from "@mantine/core";
import type { MouseEvent, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import classes from "./grid.module.css";
import { RowMenu } from "./RowMenu.tsx";
import type { SelectionHandle } from "./selection.ts";
import type { BulkAction, Column } from "./types.ts";

/** A click beside a row's links and buttons opens it, as its link does for the keyboard. */
export function openRow(event: MouseEvent<HTMLElement>): void {
  const { target, currentTarget } = event;
  // Menus and dialogs of a row stand elsewhere in the document, yet their clicks arrive here too.
  if (!(target instanceof Element) || !currentTarget.contains(target)) return;
  if (target.closest("a, button, input, label") || window.getSelection()?.isCollapsed === false) return;
  currentTarget.querySelector<HTMLElement>("[data-row-link]")?.click();
}

/** The box that ticks a row; with Shift all rows from the one that was ticked before. */
export function Tick<Row>({
  row,
  rows,
  name,
  checked,
  selection,
}: {
  row: Row;
  rows: Row[];
  name: string;
  checked: boolean;
  selection: SelectionHandle<Row>;
}) {
  const { t } = useTranslation("grid");
  return (
    <Checkbox
      aria-label={t("selectRow", { name })}
      checked={checked}
      onChange={({ nativeEvent }) => {
        const isRange = "shiftKey" in nativeEvent && nativeEvent.shiftKey === true;
        if (isRange) selection.toggleTo(row, rows);
        else selection.toggle(row);
      }}
    />
  );
}

interface GridRowProps<Row> {
  row: Row;
  index: number;
  /** All rows of the page. */
  rows: Row[];
  id: string;
  name: string;
  columns: Column<Row>[];
  selection: SelectionHandle<Row> | undefined;
  actions: ((row: Row) => ReactNode) | undefined;
  rowActions: ((row: Row) => BulkAction[]) | undefined;
  measure: ((row: HTMLElement | null) => void) | undefined;
}

export function GridRow<Row>(props: GridRowProps<Row>) {
  const { row, index, rows, id, name, columns, selection, actions, rowActions, measure } = props;
  const chosen = selection?.has(id) ?? false;
  return (
    <tr
      ref={measure}
      data-grid-row
      data-index={index}
      data-id={id}
      aria-rowindex={index + 2}
      tabIndex={-1}
      data-chosen={chosen || undefined}
      onClick={openRow}
    >
      {selection ? (
        <td className={classes.tick}>
          <Tick row={row} rows={rows} name={name} checked={chosen} selection={selection} />
        </td>
      ) : null}
      {columns.map((column, place) => (
        <td key={column.id} data-align={column.align} className={place === 0 ? classes.first : undefined}>
          {column.cell(row)}
        </td>
      ))}
      {actions || rowActions ? (
        <td className={classes.actions}>
          {actions?.(row)}
          {rowActions ? <RowMenu name={name} actions={() => rowActions(row)} /> : null}
        </td>
      ) : null}
    </tr>
  );
}
