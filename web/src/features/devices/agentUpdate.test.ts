import { describe, expect, it } from "vitest";
import { isOlder } from "./agentUpdate.ts";

describe("isOlder", () => {
  it.each([
    ["0.9.0", "0.10.0"],
    ["1.0", "1.0.1"],
    ["1.2.0rc1", "1.2.0"],
    ["1.2.0a1", "1.2.0b1"],
    ["1.9.9", "2.0"],
  ])("puts %s before %s", (one, other) => {
    expect([isOlder(one, other), isOlder(other, one)]).toEqual([true, false]);
  });

  it.each([
    ["1.2", "1.2.0"],
    ["1.2.0", "1.2.0"],
  ])("takes %s and %s as the same", (one, other) => {
    expect([isOlder(one, other), isOlder(other, one)]).toEqual([false, false]);
  });

  it.each(["dev", "", "1.2.0+local", "1..2"])("leaves alone what it cannot read: %j", (version) => {
    expect(isOlder(version, "9.9")).toBe(false);
  });
});
