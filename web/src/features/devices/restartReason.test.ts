import { describe, expect, it } from "vitest";
import { groupReasons } from "./restartReason.ts";

describe("groupReasons", () => {
  it("names together what one reason is given for", () => {
    const reasons = [{ code: "restart.package", params: { package: "libc6" } }, { code: "restart.kernel", params: {} }, { code: "restart.package", params: { package: "dbus" } }];
    expect([...groupReasons(reasons)]).toEqual([["restart.package", ["libc6", "dbus"]], ["restart.kernel", []]]);
  });

  it("reads nothing but texts from what an agent sent", () => {
    expect([...groupReasons([{ code: "restart.service", params: { service: { evil: 1 }, n: 4 } }, { code: "x" }])]).toEqual([["restart.service", []], ["x", []]]);
  });
});
