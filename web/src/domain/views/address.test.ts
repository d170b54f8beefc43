import { describe, expect, it } from "vitest";
import { isSame, keptOf } from "./address.ts";

describe("what a view keeps", () => {
  it("is neither the page nor the customer", () => {
    const search = { q: "pc", os: "!linux", cursor: "x", from: 101, tenant: "t", site: "s", limit: 50 };
    expect(keptOf(search)).toEqual({ q: "pc", os: "!linux", limit: 50 });
  });

  it("is the same in another order, and another with another value", () => {
    expect(isSame({ q: "pc", os: "linux" }, { os: "linux", q: "pc", cursor: "x" })).toBe(true);
    expect(isSame({ q: "pc" }, { q: "pc2" })).toBe(false);
    expect(isSame({ q: "pc" }, {})).toBe(false);
  });
});
