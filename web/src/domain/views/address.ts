/** Parts of a list's address that say where in it one is, and whose devices: no part of a view. */
const NOT_KEPT = new Set(["cursor", "from", "tenant", "site"]);

export type Kept = Record<string, string | number>;

/** What a view keeps of an address. */
export function keptOf(search: Record<string, unknown>): Kept {
  const kept = Object.entries(search).filter(
    (entry): entry is [string, string | number] =>
      !NOT_KEPT.has(entry[0]) && (typeof entry[1] === "string" || typeof entry[1] === "number"),
  );
  return Object.fromEntries(kept.sort(([one], [other]) => one.localeCompare(other)));
}

/** Whether two addresses show the same list. */
export function isSame(one: Record<string, unknown>, other: Record<string, unknown>): boolean {
  return JSON.stringify(keptOf(one)) === JSON.stringify(keptOf(other));
}
