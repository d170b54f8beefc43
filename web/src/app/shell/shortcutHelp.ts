const EVENT = "bosman:shortcut-help";

export function openShortcutHelp(): void {
  window.dispatchEvent(new Event(EVENT));
}

/** Calls back when somebody asks for the list of shortcuts; returns the function that stops it. */
export function onShortcutHelp(listener: () => void): () => void {
  window.addEventListener(EVENT, listener);
  return () => {
    window.removeEventListener(EVENT, listener);
  };
}
