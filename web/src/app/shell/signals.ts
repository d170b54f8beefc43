/** What one part of the shell asks of another, without either knowing where the other stands. */
function signal(name: string): [ask: () => void, on: (listener: () => void) => () => void] {
  const event = `bosman:${name}`;
  return [
    () => {
      window.dispatchEvent(new Event(event));
    },
    (listener) => {
      window.addEventListener(event, listener);
      return () => {
        window.removeEventListener(event, listener);
      };
    },
  ];
}

/** The list of shortcuts: asks for it, and calls back when somebody does (the returned function stops that). */
export const [openShortcutHelp, onShortcutHelp] = signal("shortcut-help");

/** The choice of customer and site, likewise. */
export const [openScopeSwitch, onScopeSwitch] = signal("scope-switch");
