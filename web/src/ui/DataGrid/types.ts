import type { ReactNode } from "react";

export interface Column<Row, Sort extends string = string> {
  id: string;
  header: string;
  cell: (row: Row) => ReactNode;
  /** The server's name for sorting by this column; absent = not sortable. */
  sort?: Sort;
  /** Least width in pixels; the browser shares out what is left. */
  width?: number;
  align?: "end";
  /** Identifies the row: may not be hidden and stays first. */
  fixed?: boolean;
  initiallyHidden?: boolean;
  /** How the column shows on a narrow screen; the default is a labelled line. */
  card?: "hidden" | "line";
}

export interface FilterOption {
  value: string;
  label: string;
}

export interface Filter {
  key: string;
  label: string;
  options: FilterOption[];
  /** Several values may hold at once (kept comma-separated in the address). */
  multiple?: boolean;
}

/** What the reader has ticked: rows of the pages seen, or everything that matches the filter. */
export interface Selection<Row> {
  all: boolean;
  count: number;
  rows: Row[];
  clear: () => void;
}

export interface BulkAction {
  id: string;
  label: string;
  icon: ReactNode;
  run: () => void;
  danger?: boolean;
  /** Why it may not be used now; absent = usable. */
  disabledReason?: string | undefined;
}

export interface BulkActions {
  /** At most two. */
  primary: BulkAction[];
  more?: BulkAction[];
}

export interface Emptiness {
  title: string;
  text?: string;
  action?: ReactNode;
}
