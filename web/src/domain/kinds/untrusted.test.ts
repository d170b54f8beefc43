import { describe, expect, it } from "vitest";
import { fields, number, oneOf, rows, text, texts, trouble } from "./untrusted.ts";

describe("reading an agent's result", () => {
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

  it("reads an error with its values, or none", () => {
    expect(trouble({ code: "apps.failed", params: { exit_code: 5 }, detail: "raw" })).toEqual({
      code: "apps.failed",
      params: { exit_code: 5 },
      detail: "raw",
    });
    expect(trouble({ code: "apps.failed" })).toEqual({ code: "apps.failed", params: null, detail: null });
    expect(trouble({ params: {} })).toBeNull();
    expect(trouble("apps.failed")).toBeNull();
  });
});
