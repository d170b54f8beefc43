import type { AnyRouter } from "@tanstack/react-router";
import { isOutdated } from "@/api/live.ts";

const RELOADED_AT = "bosman.reloadedAt";
/** A second failure within this time is no old page, and reloading again would not end. */
const ONCE_IN_MS = 60_000;

function mayReload(): boolean {
  try {
    const last = Number(sessionStorage.getItem(RELOADED_AT));
    if (Date.now() - last < ONCE_IN_MS) return false;
    sessionStorage.setItem(RELOADED_AT, String(Date.now()));
    return true;
  } catch {
    // Without a memory we could reload for ever.
    return false;
  }
}

/**
 * Brings in the web app of an updated server: at the next step to another page, when nothing that was typed is lost;
 * or at once when a part of this page is gone from the server.
 */
export function followServer(router: AnyRouter): void {
  window.addEventListener("vite:preloadError", (event) => {
    if (!mayReload()) return;
    event.preventDefault();
    window.location.reload();
  });
  router.subscribe("onBeforeNavigate", ({ pathChanged, toLocation }) => {
    if (pathChanged && isOutdated() && mayReload()) window.location.assign(toLocation.href);
  });
}
