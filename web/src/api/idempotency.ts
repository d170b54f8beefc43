import { ApiError } from "./errors.ts";

/** Said again after this long it is another wish: else what was lost before would answer, and nothing would happen. */
const SAME_WISH_MS = 5 * 60_000;

/** Wishes whose answer has not come: what is tried again unchanged is the same wish, and makes work once. */
const open = new Map<string, { key: string; since: number }>();

/**
 * Sends a wish under a key of its own. While it is not known whether the server has heard it (no connection, an error
 * of the server), the same wish keeps its key for some minutes.
 */
export async function onceOnly<T>(route: string, body: unknown, send: (key: string) => Promise<T>): Promise<T> {
  const wish = JSON.stringify([route, body]);
  const earlier = open.get(wish);
  const now = Date.now();
  const claimed = earlier && now - earlier.since < SAME_WISH_MS ? earlier : { key: randomKey(), since: now };
  open.set(wish, claimed);
  try {
    const answer = await send(claimed.key);
    open.delete(wish);
    return answer;
  } catch (error) {
    if (error instanceof ApiError && error.status >= 400 && error.status < 500) open.delete(wish);
    throw error;
  }
}

/** crypto.randomUUID() is missing where the page does not come by HTTPS. */
function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
