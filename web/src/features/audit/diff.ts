/** One field of what an act changed; a side that does not exist is undefined. */
export interface Change {
  path: string;
  before: unknown;
  after: unknown;
  changed: boolean;
}

type Fields = Record<string, unknown> | null;

function isFields(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Nested objects become dotted paths; lists stay whole. */
function flatten(fields: Record<string, unknown>, prefix = ""): [string, unknown][] {
  return Object.entries(fields).flatMap(([name, value]): [string, unknown][] => {
    const path = `${prefix}${name}`;
    return isFields(value) && Object.keys(value).length > 0 ? flatten(value, `${path}.`) : [[path, value]];
  });
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** The fields of both sides, in the order in which they were written; what changed is marked. */
export function changes(before: Fields, after: Fields): Change[] {
  const old = new Map(flatten(before ?? {}));
  const fresh = new Map(flatten(after ?? {}));
  return [...new Set([...old.keys(), ...fresh.keys()])].map((path) => ({
    path,
    before: old.get(path),
    after: fresh.get(path),
    changed: !same(old.get(path), fresh.get(path)),
  }));
}
