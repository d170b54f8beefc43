import { useCallback, useMemo, useState } from "react";
import type { Selection } from "./types.ts";

interface Stored<Row> {
  /** The filter under which the rows were ticked; under another one the ticks are void. */
  key: string;
  rows: Map<string, Row>;
  all: boolean;
  /** The row that was toggled last: where a range begins. */
  anchor?: string;
}

export interface SelectionHandle<Row> extends Selection<Row> {
  has: (id: string) => boolean;
  toggle: (row: Row) => void;
  /** The same for all rows from the one that was toggled last to this one. */
  toggleTo: (row: Row, rows: Row[]) => void;
  toggleMany: (rows: Row[], on: boolean) => void;
  /** Everything that matches; the rows of the page in view lend their names. */
  selectAll: (rows: Row[]) => void;
}

export function useSelection<Row>(key: string, total: number, rowId: (row: Row) => string): SelectionHandle<Row> {
  const [stored, store] = useState<Stored<Row>>({ key, rows: new Map(), all: false });
  const current = useMemo(
    () => (stored.key === key ? stored : { key, rows: new Map<string, Row>(), all: false }),
    [stored, key],
  );

  const toggleMany = useCallback(
    (rows: Row[], on: boolean) => {
      const next = new Map(current.rows);
      for (const row of rows) {
        if (on) next.set(rowId(row), row);
        else next.delete(rowId(row));
      }
      const last = rows.at(-1);
      store({ key, rows: next, all: false, ...(last === undefined ? {} : { anchor: rowId(last) }) });
    },
    [current, key, rowId],
  );

  return useMemo(
    () => ({
      all: current.all,
      count: current.all ? total : current.rows.size,
      rows: [...current.rows.values()],
      clear: () => {
        store({ key, rows: new Map(), all: false });
      },
      has: (id) => current.all || current.rows.has(id),
      toggle: (row) => {
        toggleMany([row], current.all || !current.rows.has(rowId(row)));
      },
      toggleTo: (row, rows) => {
        const ids = rows.map(rowId);
        const to = ids.indexOf(rowId(row));
        const from = current.anchor === undefined ? to : ids.indexOf(current.anchor);
        const on = current.anchor === undefined || current.rows.has(current.anchor);
        const [first, last] = from < 0 ? [to, to] : [Math.min(from, to), Math.max(from, to)];
        const range = rows.slice(first, last + 1);
        // The end that was clicked is where the next range begins.
        toggleMany(to < from ? range.reverse() : range, on);
      },
      toggleMany,
      selectAll: (rows) => {
        store({
          ...current,
          rows: new Map([...rows.map((row) => [rowId(row), row] as const), ...current.rows]),
          all: true,
        });
      },
    }),
    [current, total, key, rowId, toggleMany],
  );
}
