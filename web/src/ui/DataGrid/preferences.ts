import { useLocalStorage } from "@mantine/hooks";
import { createContext, use } from "react";
import type { Column } from "./types.ts";

export interface GridPreferences {
  density: "comfortable" | "compact";
  order: string[];
  hidden: string[];
  /** In pixels, of all columns once one was dragged. */
  widths?: Record<string, number>;
}

/** Whose preferences these are: two people on one browser keep their own columns. */
export const GridOwner = createContext("");

export function usePreferences<Row>(grid: string, columns: Column<Row>[]) {
  const owner = use(GridOwner);
  const [stored, store] = useLocalStorage<GridPreferences>({
    key: `bosman.grid.${owner}.${grid}`,
    defaultValue: {
      density: "comfortable",
      order: [],
      hidden: columns.filter((c) => c.initiallyHidden).map((c) => c.id),
    },
    getInitialValueInEffect: false,
  });
  return [stored, store] as const;
}

/** The columns in the order that the reader chose; columns that are new since then keep their place at the end. */
export function ordered<Row>(columns: Column<Row>[], order: string[]): Column<Row>[] {
  const rank = (column: Column<Row>): number => {
    if (column.fixed) return -1;
    const index = order.indexOf(column.id);
    return index < 0 ? order.length : index;
  };
  return columns
    .map((column, index) => ({ column, index }))
    .sort((a, b) => rank(a.column) - rank(b.column) || a.index - b.index)
    .map(({ column }) => column);
}
