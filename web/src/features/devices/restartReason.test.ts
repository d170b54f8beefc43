import { describe, expect, it } from "vitest";
import { groupReasons } from "./restartReason.ts";

describe("groupReasons", () => {
  it("names together what one reason is given for", () => {
    const reasons = [
      { code: "restart.package", params: { package: "libc6" } },
      { code: "restart.kernel", params: {} },
      { code: "restart.package", params: { package: "dbus" } },
    ];
    expect([...groupReasons(reasons)]).toEqual([
      ["restart.package", { names: ["libc6", "dbus"], count: 2, soft: false }],
      ["restart.kernel", { names: [], count: 0, soft: false }],
    ]);
  });

  it("reads nothing but texts and a count from what an agent sent", () => {
    expect([
      ...groupReasons([
        { code: "restart.service", params: { service: { evil: 1 }, n: 4 } },
        { code: "x", params: { count: -3 } },
      ]),
    ]).toEqual([
      ["restart.service", { names: [], count: 0, soft: false }],
      ["x", { names: [], count: 0, soft: false }],
    ]);
  });

  it("keeps how many files there are beside the first", () => {
    expect(
      groupReasons([{ code: "restart.file_rename", params: { count: 12, first: "C:\\a.dll" }, severity: "soft" }]).get(
        "restart.file_rename",
      ),
    ).toEqual({ names: ["C:\\a.dll"], count: 12, soft: true });
  });

  it("takes a kind as demanding as soon as one of its reasons is", () => {
    const reasons = [
      { code: "restart.package", severity: "soft" as const },
      { code: "restart.package", severity: "hard" as const },
    ];
    expect(groupReasons(reasons).get("restart.package")?.soft).toBe(false);
  });
});
