export { DataGrid } from "./DataGrid.tsx";
export { useListState, type ListHandle } from "./listState.ts";
export { GridOwner } from "./preferences.ts";
export { EmptyState, ErrorState } from "./GridStates.tsx";
export type { BulkAction, BulkActions, Column, Emptiness, Filter, Selection } from "./types.ts";
