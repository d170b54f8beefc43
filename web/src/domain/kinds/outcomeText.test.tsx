import { renderHook } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { TaskRow } from "@/api/types.ts";
import { useOutcomeText } from "./outcomeText.ts";

const NOTHING: NonNullable<TaskRow["outcome"]> = {
  done: null,
  count: null,
  security: null,
  restart: null,
  failing: null,
  warning: null,
  version: null,
};

describe("useOutcomeText", () => {
  const said = (kind: TaskRow["kind"], outcome: Partial<typeof NOTHING> | null): string | null =>
    renderHook(() => useOutcomeText()).result.current(kind, outcome && { ...NOTHING, ...outcome });

  it("counts what was installed and says that a restart is due", () => {
    expect(said("updates.install", { done: 2, count: 2, restart: true })).toBe(
      "2 of 2 updates installed · Restart required",
    );
  });

  it("says that a scan found nothing, and names what it did find", () => {
    expect(said("updates.scan", { count: 0, security: 0 })).toBe("No updates pending");
    expect(said("updates.scan", { count: 3, security: 1 })).toBe("3 pending updates · 1 of them a security update");
  });

  it("names disks to replace before those to watch, and healthy ones only where there is nothing else", () => {
    expect(said("health.collect", { count: 2, failing: 1, warning: 1 })).toBe("1 disk to replace · 1 disk to watch");
    expect(said("health.collect", { count: 2, failing: 0, warning: 0 })).toBe("2 disks checked");
  });

  it("says nothing where nothing is known", () => {
    expect(said("updates.scan", null)).toBeNull();
    expect(said("system.restart", {})).toBeNull();
  });
});
