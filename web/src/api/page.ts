/** One page of a list, with keyset cursors to its neighbours. */
export interface Page<T> {
  items: T[];
  total: number;
  /** Whether there are more than the total: the server does not count further. */
  total_capped: boolean;
  next_cursor: string | null;
  prev_cursor: string | null;
}
