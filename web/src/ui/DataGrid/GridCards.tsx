import { Skeleton } from "@mantine/core";
import { useState } from "react";
import classes from "./grid.module.css";
import { openRow, Tick } from "./GridRow.tsx";
import { useKeptScroll } from "./keptScroll.ts";
import type { GridBodyProps } from "./props.ts";
import { RowMenu } from "./RowMenu.tsx";
import type { Column } from "./types.ts";

const SKELETONS = [0, 1, 2, 3];
const MOST_MARKS = 2;

/** Name, what stands below it, and what marks it: all that a row of a phone has room for. */
function Brief<Row>({ row, columns }: { row: Row; columns: Column<Row>[] }) {
  const subtitle = columns.find((column) => column.card === "subtitle");
  const marks = columns.filter((column) => column.card === "mark" && column.isBlank?.(row) !== true);
  return (
    <>
      {subtitle === undefined ? null : <div className={classes.cardSubtitle}>{subtitle.cell(row)}</div>}
      <div className={classes.cardMarks}>
        {marks.slice(0, MOST_MARKS).map((column) => (
          <span key={column.id}>{column.cell(row)}</span>
        ))}
      </div>
    </>
  );
}

function Lines<Row>({ row, columns }: { row: Row; columns: Column<Row>[] }) {
  return (
    <dl className={classes.cardFacts}>
      {columns
        .filter((column) => column.card !== "hidden")
        .map((column) => (
          <div key={column.id}>
            <dt>{column.header}</dt>
            <dd>{column.cell(row)}</dd>
          </div>
        ))}
    </dl>
  );
}

/** The same rows for a narrow screen: one card each, the first column as its title. */
export function GridCards<Row>(props: GridBodyProps<Row>) {
  const { columns, allColumns, page, rowId, rowName, selection, actions, rowActions, label } = props;
  // The page itself scrolls, not the list.
  const [main, setMain] = useState<HTMLElement | null>(null);
  useKeptScroll(main, page.data !== undefined);
  const [title, ...rest] = columns;
  const rows = page.data?.items ?? [];
  // What a phone shows is a choice of its own: columns that are hidden beside the others still mark a row.
  const isBrief = allColumns.some((column) => column.card === "subtitle");
  return (
    <ul
      ref={(list) => {
        setMain(list?.closest("main") ?? null);
      }}
      className={classes.cards}
      aria-label={label}
      aria-busy={page.isFetching}
      data-rows={rows.length}
    >
      {page.isPending
        ? SKELETONS.map((key) => (
            <li key={key} className={classes.card}>
              <Skeleton height={isBrief ? 48 : 86} />
            </li>
          ))
        : null}
      {rows.map((row, index) => {
        const id = rowId(row);
        const chosen = selection?.has(id) ?? false;
        return (
          <li
            key={id}
            className={classes.card}
            data-grid-row
            data-index={index}
            data-id={id}
            data-brief={isBrief || undefined}
            tabIndex={-1}
            onClick={openRow}
            data-chosen={chosen || undefined}
          >
            <div className={classes.cardHead}>
              {selection ? (
                <label className={classes.cardTick}>
                  <Tick row={row} rows={rows} name={rowName(row)} checked={chosen} selection={selection} />
                </label>
              ) : null}
              <div className={classes.cardTitle}>
                {title?.cell(row)}
                {isBrief ? <Brief row={row} columns={allColumns} /> : null}
              </div>
              {actions || rowActions ? (
                <div className={classes.cardActions}>
                  {actions?.(row)}
                  {rowActions ? <RowMenu name={rowName(row)} actions={() => rowActions(row)} /> : null}
                </div>
              ) : null}
            </div>
            {isBrief ? null : <Lines row={row} columns={rest} />}
          </li>
        );
      })}
    </ul>
  );
}
