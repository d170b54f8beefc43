import { UnstyledButton } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconSelector } from "@tabler/icons-react";
import type { KeyboardEvent } from "react";
import type { Resizer } from "./columnWidths.ts";
import classes from "./grid.module.css";
import type { ListHandle } from "./listState.ts";
import type { Column } from "./types.ts";

function SortButton<Row>({ column, list, sort }: { column: Column<Row>; list: ListHandle; sort: string }) {
  const active = list.state.sort === sort;
  const Arrow = list.state.order === "asc" ? IconArrowUp : IconArrowDown;
  // A header of two lines keeps its arrow beside its last word.
  const lastWord = column.header.lastIndexOf(" ") + 1;
  return (
    <UnstyledButton
      className={classes.sort}
      onClick={() => {
        list.sortBy(sort);
      }}
      data-active={active || undefined}
    >
      {column.header.slice(0, lastWord)}
      <span className={classes.lastWord}>
        {column.header.slice(lastWord)}
        {active ? <Arrow size={13} aria-hidden /> : <IconSelector size={13} className={classes.idle} aria-hidden />}
      </span>
    </UnstyledButton>
  );
}

const STEPS: Partial<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1 };

/** The edge of a column, for the pointer: dragged; a double click makes it fit. Keys are the header's. */
function Edge({ id, resizer }: { id: string; resizer: Resizer }) {
  return (
    <span
      aria-hidden
      className={classes.edge}
      onPointerDown={(event) => {
        resizer.drag(id, event);
      }}
      onDoubleClick={() => {
        resizer.fit(id);
      }}
    />
  );
}

interface HeaderCellProps<Row> {
  column: Column<Row>;
  list: ListHandle;
  isFirst: boolean;
  width: number | undefined;
  resizer: Resizer;
}

export function HeaderCell<Row>({ column, list, isFirst, width, resizer }: HeaderCellProps<Row>) {
  const { sort } = column;
  const active = sort !== undefined && list.state.sort === sort;
  const direction = list.state.order === "asc" ? "ascending" : "descending";
  const onKeyDown = (event: KeyboardEvent): void => {
    const steps = STEPS[event.key];
    if (steps === undefined || !event.altKey) return;
    event.preventDefault();
    resizer.nudge(column.id, steps);
  };
  return (
    <th
      scope="col"
      onKeyDown={onKeyDown}
      style={width === undefined ? { minWidth: column.width } : { width }}
      data-column={column.id}
      data-align={column.align}
      className={isFirst ? classes.first : undefined}
      aria-label={column.header}
      {...(sort === undefined ? {} : { "aria-sort": active ? direction : "none" })}
    >
      {sort === undefined ? column.header : <SortButton column={column} list={list} sort={sort} />}
      <Edge id={column.id} resizer={resizer} />
    </th>
  );
}
