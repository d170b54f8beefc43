export { DataGrid } from "./DataGrid.tsx";
export { lastSearch, useListState, type ListHandle } from "./listState.ts";
export { GridOwner } from "./preferences.ts";
export { ActionItems, RowMenu } from "./RowMenu.tsx";
export { EmptyState, ErrorState } from "./GridStates.tsx";
export type { BulkAction, BulkActions, Column, Emptiness, Filter, Selection } from "./types.ts";
