import { useLocation } from "@tanstack/react-router";
import { useEffect, useRef } from "react";

/** Places by entry of the browser's history: Back finds the list where it was left. Gone with the tab. */
const places = new Map<string, number>();
const MOST_PLACES = 200;

function keep(entry: string, top: number): void {
  places.delete(entry);
  places.set(entry, top);
  const [oldest] = places.keys();
  if (places.size > MOST_PLACES && oldest !== undefined) places.delete(oldest);
}

/** Scrolls a box to where it was when the reader left this entry of the history; `isReady` once its rows are there. */
export function useKeptScroll(box: HTMLElement | null, isReady: boolean): void {
  const entry = useLocation({ select: ({ state }) => state.__TSR_key ?? "" });
  const restored = useRef("");
  useEffect(() => {
    if (!box || !isReady) return undefined;
    if (restored.current !== entry) {
      restored.current = entry;
      box.scrollTo({ top: places.get(entry) ?? 0 });
    }
    const onScroll = (): void => {
      keep(entry, box.scrollTop);
    };
    box.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      box.removeEventListener("scroll", onScroll);
    };
  }, [box, entry, isReady]);
}
