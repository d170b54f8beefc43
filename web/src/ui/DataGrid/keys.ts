import { useEffect, type RefObject } from "react";
import { isTyping } from "../keyboard.ts";

/** `j`/`k` move along rows, `x` ticks one, Enter opens it. */
export function useGridKeys(root: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const grid = root.current;
      if (!grid || isTyping(event) || event.ctrlKey || event.metaKey || event.altKey) return;
      const rows = [...grid.querySelectorAll<HTMLElement>("[data-grid-row]")];
      const current = document.activeElement?.closest<HTMLElement>("[data-grid-row]") ?? null;
      const index = current ? rows.indexOf(current) : -1;
      if (event.key === "j" || event.key === "k") {
        rows[event.key === "j" ? Math.min(rows.length - 1, index + 1) : Math.max(0, index - 1)]?.focus();
        event.preventDefault();
      } else if (event.key === "x" && current) {
        current.querySelector<HTMLInputElement>("input[type=checkbox]")?.click();
      } else if (event.key === "Enter" && current !== null && document.activeElement === current) {
        current.querySelector<HTMLElement>("[data-row-link]")?.click();
      }
    };
    window.addEventListener("keydown", onKey);
    return () => {
      window.removeEventListener("keydown", onKey);
    };
  }, [root]);
}
