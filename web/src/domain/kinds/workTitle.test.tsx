import { renderHook } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { tellingLine, useWorkTitle } from "./workTitle.ts";

describe("tellingLine", () => {
  it("leaves out comments and what only sets something up", () => {
    expect(tellingLine("#!/bin/sh\nset -eu\n\n# restart it\nsystemctl restart spooler\n")).toBe(
      "systemctl restart spooler",
    );
  });

  it("takes the first line of a script that is nothing else", () => {
    expect(tellingLine("\n# only a remark\n")).toBe("# only a remark");
  });

  it("cuts what is too long for a title", () => {
    expect(tellingLine("x".repeat(200))).toHaveLength(60);
  });
});

describe("useWorkTitle", () => {
  const title = (...work: Parameters<ReturnType<typeof useWorkTitle>>): string =>
    renderHook(() => useWorkTitle()).result.current(...work);

  it("names the script by what it does", () => {
    expect(title("script.run", { source: "Get-Service Spooler" })).toBe("Script: Get-Service Spooler");
  });

  it("tells security updates from all and from chosen ones", () => {
    expect(title("updates.install", { select: "security" })).toBe("Security updates");
    expect(title("updates.install", { select: "all" })).toBe("All pending updates");
    expect(title("updates.install", { select: "chosen", updates: [{ title: "KB5068861" }] })).toContain("KB5068861");
    expect(title("updates.install", { select: "chosen", updates: [{}, {}] })).toBe("Installation of 2 updates");
  });

  it("is the name of the kind where the parameters say nothing, or are not what was agreed", () => {
    expect(title("system.restart", {})).toBe("Restart");
    expect(title("script.run", { source: 7 })).toBe("Script");
    expect(title("apps.upgrade", { apps: "all" })).toBe("App upgrade");
  });
});
