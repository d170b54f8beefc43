import { ApiError } from "./errors.ts";

/** Wishes whose answer has not come: what is tried again unchanged is the same wish, and makes work once. */
const open = new Map<string, string>();

/**
 * Sends a wish under a key of its own. While it is not known whether the server has heard it (no connection, an error
 * of the server), the same wish keeps its key.
 */
export async function onceOnly<T>(route: string, body: unknown, send: (key: string) => Promise<T>): Promise<T> {
  const wish = JSON.stringify([route, body]);
  const key = open.get(wish) ?? randomKey();
  open.set(wish, key);
  try {
    const answer = await send(key);
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
