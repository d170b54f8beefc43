import { useEffect, useRef, type RefObject } from "react";
import { isTyping } from "../keyboard.ts";

interface GridKeys {
  /** Shows or hides what there is to see of a row. */
  onPeek?: (id: string) => void;
  /** A further key; returns whether it means something here. `id` is the row in focus. */
  onKey: (key: string, id: string | undefined) => boolean;
  /** Brings a row by its position into view, so that it can get the focus. */
  reveal: (index: number) => void;
}

/** As long as the shell waits for the second key of "g d": until then a letter is the shell's. */
const CHORD_MS = 1200;

const isNavigation = (key: string): boolean => key === "j" || key === "k" || key === "ArrowDown" || key === "ArrowUp";

function move(grid: HTMLElement, current: HTMLElement | null, key: string, reveal: (index: number) => void): void {
  const step = key === "j" || key === "ArrowDown" ? 1 : -1;
  const last = Number(grid.querySelector("[data-rows]")?.getAttribute("data-rows") ?? 0) - 1;
  const from = current === null ? (step > 0 ? -1 : 0) : Number(current.dataset["index"]);
  const to = Math.max(0, Math.min(last, from + step));
  const focus = (): boolean => {
    const row = grid.querySelector<HTMLElement>(`[data-grid-row][data-index="${String(to)}"]`);
    row?.focus({ preventScroll: true });
    return row !== null;
  };
  reveal(to);
  // A row that was out of view is there after the next frame only.
  if (!focus()) requestAnimationFrame(() => requestAnimationFrame(focus));
}

/** `j`/`k` move along rows, `x` ticks one, Enter opens it, Space shows it beside the list; others are the list's. */
export function useGridKeys(root: RefObject<HTMLElement | null>, keys: GridKeys): void {
  const latest = useRef(keys);
  const pressedG = useRef(-CHORD_MS);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const grid = root.current;
      if (!grid || isTyping(event) || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.timeStamp - pressedG.current < CHORD_MS) return;
      if (event.key === "g") pressedG.current = event.timeStamp;
      const focused = document.activeElement;
      const current = focused?.closest<HTMLElement>("[data-grid-row]") ?? null;
      const isRow = current !== null && focused === current;
      const { key } = event;
      if (isNavigation(key) && (isRow || key.length === 1)) {
        move(grid, current, key, latest.current.reveal);
        event.preventDefault();
      } else if (key === "x" && current) {
        current.querySelector<HTMLInputElement>("input[type=checkbox]")?.click();
      } else if (key === "Enter" && isRow) {
        current.querySelector<HTMLElement>("[data-row-link]")?.click();
      } else if (key === " " && isRow && latest.current.onPeek) {
        latest.current.onPeek(current.dataset["id"] ?? "");
        event.preventDefault();
      } else if (latest.current.onKey(key, current?.dataset["id"])) {
        event.preventDefault();
      }
    };
    window.addEventListener("keydown", onKey);
    return () => {
      window.removeEventListener("keydown", onKey);
    };
  }, [root]);
}
