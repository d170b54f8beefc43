import { UnstyledButton } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconSelector } from "@tabler/icons-react";
import classes from "./grid.module.css";
import type { ListHandle } from "./listState.ts";
import type { Column } from "./types.ts";

export function HeaderCell<Row>({ column, list }: { column: Column<Row>; list: ListHandle }) {
  const { sort } = column;
  const style = { minWidth: column.width };
  if (sort === undefined)
    return (
      <th scope="col" style={style} data-align={column.align}>
        {column.header}
      </th>
    );

  const active = list.state.sort === sort;
  const ascending = list.state.order === "asc";
  const direction = ascending ? "ascending" : "descending";
  const Arrow = ascending ? IconArrowUp : IconArrowDown;
  // A header of two lines keeps its arrow beside its last word.
  const lastWord = column.header.lastIndexOf(" ") + 1;
  return (
    <th scope="col" style={style} data-align={column.align} aria-sort={active ? direction : "none"}>
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
    </th>
  );
}
