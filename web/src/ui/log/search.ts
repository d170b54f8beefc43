import { useEffect, useEffectEvent, useMemo, useRef, useState, useSyncExternalStore } from "react";
import type { LogStore } from "./LogStore.ts";

/** How long rows are looked through at a stretch; frames come in between. */
const SLICE_MS = 8;
const ROWS = 500;

/** Looks through a log for a text, whatever its case, as far as there is log. */
export class LogSearch {
  /** Indexes of the rows that hold it, in order. */
  readonly hits: number[] = [];
  readonly #log: LogStore;
  readonly #needle: string;
  /** Rows that were still being written when they were looked at. */
  readonly #unsettled = new Set<number>();
  #looked = 0;

  constructor(log: LogStore, query: string) {
    this.#log = log;
    this.#needle = query.toLocaleLowerCase();
  }

  /** Goes on for a moment; whether all rows that there are have been looked at. */
  step(milliseconds = SLICE_MS): boolean {
    if (this.#needle === "") return true;
    this.#lookAgain();
    const { lines } = this.#log;
    const until = performance.now() + milliseconds;
    while (this.#looked < lines.length && performance.now() < until) {
      const stop = Math.min(lines.length, this.#looked + ROWS);
      for (; this.#looked < stop; this.#looked += 1) {
        if (this.#holds(this.#looked)) this.hits.push(this.#looked);
        if (lines[this.#looked]?.isOpen) this.#unsettled.add(this.#looked);
      }
    }
    return this.#looked >= lines.length;
  }

  #holds(row: number): boolean {
    return this.#log.lines[row]?.text.toLocaleLowerCase().includes(this.#needle) === true;
  }

  #lookAgain(): void {
    for (const row of this.#unsettled) {
      const place = this.hits.findIndex((hit) => hit >= row);
      const at = place < 0 ? this.hits.length : place;
      const was = this.hits[at] === row;
      if (this.#holds(row) !== was) this.hits.splice(at, was ? 1 : 0, ...(was ? [] : [row]));
      if (!this.#log.lines[row]?.isOpen) this.#unsettled.delete(row);
    }
  }
}

/** Cuts a row into pieces, of which every second is a hit of the query. */
export function splitHits(text: string, query: string): string[] {
  const needle = query.toLocaleLowerCase();
  if (needle === "") return [text];
  const lower = text.toLocaleLowerCase();
  const pieces: string[] = [];
  let from = 0;
  for (let hit = lower.indexOf(needle); hit >= 0; hit = lower.indexOf(needle, from)) {
    pieces.push(text.slice(from, hit), text.slice(hit, hit + needle.length));
    from = hit + needle.length;
  }
  return [...pieces, text.slice(from)];
}

export interface LogFinder {
  query: string;
  /** Looks for another text, and shows its first hit as soon as it is found. */
  type: (text: string) => void;
  /** Shows the next hit or the one before. */
  step: (by: 1 | -1) => void;
  count: number;
  position: number;
  /** The row of the hit in view. */
  current: number | undefined;
}

/** The search of a log view; it goes on while the log grows, in slices. */
export function useLogSearch(log: LogStore, show: (row: number) => void): LogFinder {
  const [query, setQuery] = useState("");
  const [position, setPosition] = useState(0);
  const [, setFound] = useState(0);
  const search = useMemo(() => new LogSearch(log, query), [log, query]);
  const version = useSyncExternalStore(log.subscribe, log.version);
  const isShowing = useRef(false);
  const showRow = useEffectEvent(show);

  useEffect(() => {
    let next: ReturnType<typeof setTimeout> | undefined;
    const look = (): void => {
      const isDone = search.step();
      const first = search.hits[0];
      if (isShowing.current && first !== undefined) {
        isShowing.current = false;
        showRow(first);
      }
      setFound(search.hits.length);
      if (!isDone) next = setTimeout(look);
    };
    look();
    return () => {
      clearTimeout(next);
    };
  }, [search, version]);

  const { hits } = search;
  const at = Math.min(position, Math.max(0, hits.length - 1));
  return {
    query,
    type: (text) => {
      isShowing.current = text !== "";
      setQuery(text);
      setPosition(0);
    },
    step: (by) => {
      if (hits.length === 0) return;
      const next = (at + by + hits.length) % hits.length;
      setPosition(next);
      show(hits[next] ?? 0);
    },
    count: hits.length,
    position: at,
    current: hits[at],
  };
}
