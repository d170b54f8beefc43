import { describe, expect, it } from "vitest";
import { changes } from "./diff.ts";

describe("changes", () => {
  it("marks what changed and keeps what stayed", () => {
    expect(changes({ name: "Kraków", zone: "Europe/Warsaw" }, { name: "Gdańsk", zone: "Europe/Warsaw" })).toEqual([
      { path: "name", before: "Kraków", after: "Gdańsk", changed: true },
      { path: "zone", before: "Europe/Warsaw", after: "Europe/Warsaw", changed: false },
    ]);
  });

  it("shows a field that only one side has as changed", () => {
    expect(changes({ a: 1 }, { b: null })).toEqual([
      { path: "a", before: 1, after: undefined, changed: true },
      { path: "b", before: undefined, after: null, changed: true },
    ]);
  });

  it("names nested fields by their path and compares lists as a whole", () => {
    expect(
      changes({ params: { select: "all", updates: [1, 2] } }, { params: { select: "chosen", updates: [1, 2] } }),
    ).toEqual([
      { path: "params.select", before: "all", after: "chosen", changed: true },
      { path: "params.updates", before: [1, 2], after: [1, 2], changed: false },
    ]);
  });

  it("keeps an empty object in sight", () => {
    expect(changes(null, { params: {} })).toEqual([{ path: "params", before: undefined, after: {}, changed: true }]);
  });

  it("has nothing to say of an act without details", () => {
    expect(changes(null, null)).toEqual([]);
  });
});
