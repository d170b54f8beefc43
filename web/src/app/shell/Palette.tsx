import { lazy, Suspense, useEffect, useState, useSyncExternalStore } from "react";
import { palette, paletteStore } from "./paletteState.ts";

const CommandPalette = lazy(async () => ({ default: (await import("./CommandPalette.tsx")).CommandPalette }));

const isOpened = (): boolean => paletteStore.getState().opened;

/** The palette, which comes when somebody opens it for the first time; from then on it has its key itself. */
export function Palette() {
  const opened = useSyncExternalStore(paletteStore.subscribe, isOpened);
  const [isWanted, want] = useState(false);
  if (opened && !isWanted) want(true);
  useEffect(() => {
    if (isWanted) return undefined;
    const open = (event: KeyboardEvent): void => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.key.toLowerCase() !== "k")
        return;
      event.preventDefault();
      palette.open();
    };
    document.addEventListener("keydown", open);
    return () => {
      document.removeEventListener("keydown", open);
    };
  }, [isWanted]);
  return isWanted ? (
    <Suspense fallback={null}>
      <CommandPalette />
    </Suspense>
  ) : null;
}
