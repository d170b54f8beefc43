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
  /** The same in every row of this very list (the chosen customer's name, say): not shown. */
  isConstant?: boolean;
  /** Whether a row has nothing to show here; a column without anything in any row is not shown. */
  isBlank?: (row: Row) => boolean;
  /**
   * How the column shows on a narrow screen: below the name, as one of two marks beside it, or not at all. A list
   * that says neither shows labelled lines.
   */
  card?: "hidden" | "line" | "subtitle" | "mark";
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
  /** Can be turned round: "is not". */
  isNegatable?: boolean;
  /** Takes any text instead of one of its options. */
  isText?: boolean;
  /** Shown only once it is set or asked for. */
  isRare?: boolean;
  /** Values that are one click away. */
  quick?: readonly string[];
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
  /** The key that does it, for the ticked rows or the one in focus. */
  shortcut?: string;
  /** Actions of one group stand together. */
  group?: string;
  /** Why it may not be used now; absent = usable. */
  disabledReason?: string | undefined;
}

export interface BulkActions {
  /** At most three. */
  primary: BulkAction[];
  more?: BulkAction[];
}

export interface Emptiness {
  title: string;
  text?: string;
  action?: ReactNode;
}
