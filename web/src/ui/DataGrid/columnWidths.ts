import { useCallback, useState, type PointerEvent } from "react";
import type { GridPreferences } from "./preferences.ts";

const LEAST = 56;
const MOST = 900;
const STEP = 16;

type Widths = Record<string, number>;

export interface Resizer {
  /** Begins to drag the edge of a column. */
  drag: (id: string, event: PointerEvent<HTMLElement>) => void;
  /** Makes a column as wide as what it holds. */
  fit: (id: string) => void;
  /** Makes it wider or narrower by so many steps. */
  nudge: (id: string, steps: number) => void;
}

const within = (width: number): number => Math.round(Math.max(LEAST, Math.min(MOST, width)));

function headers(box: HTMLElement): HTMLTableCellElement[] {
  return [...box.querySelectorAll<HTMLTableCellElement>("th[data-column]")];
}

function measured(box: HTMLElement): Widths {
  return Object.fromEntries(
    headers(box).map((header) => [header.dataset["column"] ?? "", header.getBoundingClientRect().width]),
  );
}

/** As wide as the widest content of the column in view: what its own boxes cut off counts as well. */
function contentWidth(box: HTMLElement, id: string): number {
  const header = headers(box).find((one) => one.dataset["column"] === id);
  if (header === undefined) return LEAST;
  const place = header.cellIndex;
  const cells = [...box.querySelectorAll<HTMLTableRowElement>("[data-grid-row]")].flatMap(
    (row) => row.cells[place] ?? [],
  );
  const beyond = (cell: HTMLElement): number =>
    Math.max(0, ...[cell, ...cell.querySelectorAll<HTMLElement>("*")].map((one) => one.scrollWidth - one.clientWidth));
  const inline = (cell: HTMLElement): number => {
    const range = document.createRange();
    range.selectNodeContents(cell);
    return range.getBoundingClientRect().width;
  };
  return Math.max(...[header, ...cells].map((cell) => inline(cell) + beyond(cell))) + STEP;
}

/**
 * Widths of columns as the reader has dragged them. Until the first drag the browser shares the room out; then every
 * column keeps the width that it had, so that one edge moves and no other.
 */
export function useColumnWidths(
  box: HTMLElement | null,
  preferences: GridPreferences,
  store: (preferences: GridPreferences) => void,
) {
  const [dragged, setDragged] = useState<Widths>();
  const widths = dragged ?? preferences.widths;

  const change = useCallback(
    (id: string, width: number) => {
      if (box) store({ ...preferences, widths: { ...measured(box), [id]: within(width) } });
    },
    [box, preferences, store],
  );

  const drag = useCallback(
    (id: string, event: PointerEvent<HTMLElement>) => {
      if (!box) return;
      const start = measured(box);
      const from = event.clientX;
      const at = (x: number): Widths => ({ ...start, [id]: within((start[id] ?? LEAST) + x - from) });
      const handle = event.currentTarget;
      handle.setPointerCapture(event.pointerId);
      const onMove = (move: globalThis.PointerEvent): void => {
        setDragged(at(move.clientX));
      };
      const onEnd = (end: globalThis.PointerEvent): void => {
        handle.removeEventListener("pointermove", onMove);
        setDragged(undefined);
        if (end.clientX !== from) store({ ...preferences, widths: at(end.clientX) });
      };
      handle.addEventListener("pointermove", onMove);
      handle.addEventListener("pointerup", onEnd, { once: true });
    },
    [box, preferences, store],
  );

  const resizer: Resizer = {
    drag,
    fit: (id) => {
      if (box) change(id, contentWidth(box, id));
    },
    nudge: (id, steps) => {
      if (box) change(id, (measured(box)[id] ?? LEAST) + steps * STEP);
    },
  };
  return { widths, resizer };
}
