import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { Page } from "@/api/page.ts";
import type { ListHandle } from "./listState.ts";
import type { GridPreferences } from "./preferences.ts";
import type { SelectionHandle } from "./selection.ts";
import type { BulkAction, BulkActions, Column, Emptiness, Filter, Selection } from "./types.ts";

export interface DataGridProps<Row> {
  /** Names the grid in the reader's saved preferences. */
  id: string;
  label: string;
  columns: Column<Row>[];
  page: UseQueryResult<Page<Row>>;
  list: ListHandle;
  rowId: (row: Row) => string;
  rowName: (row: Row) => string;
  /** Absent = this list has no text search. */
  searchLabel?: string;
  filters?: Filter[];
  /** Further filters of the page's own, beside the chips. */
  moreFilters?: ReactNode;
  empty: Emptiness;
  actions?: (row: Row) => ReactNode;
  /** What can be done with one row: the menu at its end, and the keys. */
  rowActions?: (row: Row) => BulkAction[];
  /** What shows beside the list of the row in focus, at a press of Space. */
  peek?: (row: Row) => ReactNode;
  /** Tabs and the like above the list's tools. */
  top?: ReactNode;
  /** What may be done with ticked rows; absent = rows have no checkboxes. */
  bulk?: (selection: Selection<Row>) => BulkActions;
  /** Whatever else decides which rows match (the tenant, say): ticks do not survive its change. */
  scopeKey?: string;
}

export type GridBodyProps<Row> = DataGridProps<Row> & {
  /** Those that are hidden, too. */
  allColumns: Column<Row>[];
  selection: SelectionHandle<Row> | undefined;
  preferences: GridPreferences;
  onPreferences: (preferences: GridPreferences) => void;
};
