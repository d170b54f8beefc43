import { useEffect, useRef } from "react";
import type { BulkAction } from "@/ui/DataGrid/index.ts";
import { isTyping } from "@/ui/keyboard.ts";

/** As long as the shell waits for the second key of "g d". */
const CHORD_MS = 1200;

/** The keys of actions on the page of what they are for. */
export function useActionKeys(actions: BulkAction[]): void {
  const latest = useRef(actions);
  const pressedG = useRef(-CHORD_MS);
  useEffect(() => {
    latest.current = actions;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (isTyping(event) || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (event.timeStamp - pressedG.current < CHORD_MS) return;
      if (event.key === "g") pressedG.current = event.timeStamp;
      const found = latest.current.find((action) => action.shortcut === event.key);
      if (found === undefined || found.disabledReason !== undefined) return;
      event.preventDefault();
      found.run();
    };
    window.addEventListener("keydown", onKey);
    return () => {
      window.removeEventListener("keydown", onKey);
    };
  }, []);
}
