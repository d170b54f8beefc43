/** One page of a list, with keyset cursors to its neighbours. */
export interface Page<T> {
  items: T[];
  total: number;
  next_cursor: string | null;
  prev_cursor: string | null;
}
