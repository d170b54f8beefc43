export { DataGrid } from "./DataGrid.tsx";
export {
  pageParams,
  toState,
  useListState,
  validateList,
  type ListDefinition,
  type ListHandle,
  type ListSearch,
  type ListState,
} from "./listState.ts";
export { GridOwner } from "./preferences.ts";
export { EmptyState, ErrorState } from "./GridStates.tsx";
export type { BulkAction, BulkActions, Column, Filter, Selection } from "./types.ts";
