import { describe, expect, it } from "vitest";
import { adopt } from "./adopt.ts";

describe("what is in a form after somebody else has saved", () => {
  it("keeps what was typed and takes over what was not touched", () => {
    const before = { name: "Acme", days: 90, updates: true };
    expect(adopt({ ...before, days: 7 }, before, { name: "Acme 2", days: 30, updates: false })).toEqual({
      name: "Acme 2",
      days: 7,
      updates: false,
    });
  });

  it("looks into lists, so that nobody takes back what another has changed beside it", () => {
    const before = { budgets: [{ hour: 1 }, { hour: 2 }] };
    const mine = { budgets: [{ hour: 9 }, { hour: 2 }] };
    expect(adopt(mine, before, { budgets: [{ hour: 1 }, { hour: 5 }] })).toEqual({
      budgets: [{ hour: 9 }, { hour: 5 }],
    });
  });

  it("keeps what was emptied", () => {
    expect(adopt({ note: "" }, { note: "old" }, { note: "new" })).toEqual({ note: "" });
  });

  it("takes a choice of another shape as a whole", () => {
    const before = { sites: "all" as "all" | string[] };
    expect(adopt<typeof before>({ sites: ["s1"] }, before, { sites: ["s2", "s3"] })).toEqual({ sites: ["s1"] });
    expect(adopt<typeof before>({ sites: "all" }, before, { sites: ["s2"] })).toEqual({ sites: ["s2"] });
  });
});
