import { describe, expect, it } from "vitest";
import { fields, number, oneOf, rows, text, texts } from "./untrusted.ts";

describe("reading a task's parameters", () => {
  it("takes objects only where an object is agreed", () => {
    expect(fields({ a: 1 })).toEqual({ a: 1 });
    for (const value of [null, undefined, 3, "x", [1]]) expect(fields(value)).toBeNull();
  });

  it("leaves out of a list what is no object", () => {
    expect(rows([{ a: 1 }, null, 3, ["x"], { b: 2 }])).toEqual([{ a: 1 }, { b: 2 }]);
    expect(rows("nothing")).toEqual([]);
  });

  it("takes words and numbers only as such", () => {
    expect([text("a"), text(""), text(3), text({})]).toEqual(["a", null, null, null]);
    expect([number(0), number("0"), number(Number.NaN), number(null)]).toEqual([0, null, null, null]);
    expect(texts(["a", 1, "b", null])).toEqual(["a", "b"]);
    expect([oneOf(["ok", "bad"], "bad"), oneOf(["ok"], "constructor")]).toEqual(["bad", null]);
  });
});
