import { renderHook } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import i18n, { setLanguage } from "@/i18n/index.ts";
import openapi from "../../../openapi.json";
import { auditList } from "./api.ts";
import { useAuditTexts } from "./sentence.ts";

const ACTIONS = openapi.components.schemas.AuditActionsOut.properties.items.items.enum;

function texts() {
  return renderHook(() => useAuditTexts()).result.current;
}

describe("useAuditTexts", () => {
  it.each(["en", "pl"] as const)(
    "has a sentence without holes for every action that the server records (%s)",
    async (language) => {
      await setLanguage(language);
      expect(ACTIONS.length).toBeGreaterThan(30);
      for (const action of ACTIONS) {
        const text = texts().what({ action, params: {} });
        expect([action, text === action, text.includes("{{"), text.includes("?")]).toEqual([
          action,
          false,
          false,
          false,
        ]);
      }
      await setLanguage("en");
    },
  );

  it("has a filter for every group of actions", () => {
    expect([...auditList.values.action].sort()).toEqual(
      [...new Set(ACTIONS.map((action) => action.split(".")[0]))].sort(),
    );
    for (const group of auditList.values.action) expect(i18n.exists(`audit:group.${group}`)).toBe(true);
  });

  it("fills in what the entry tells", () => {
    const { what } = texts();
    expect(what({ action: "job.create", params: { kind: "updates.scan", count: 40 } })).toBe(
      "Job for 40 devices: Update scan",
    );
    expect(what({ action: "task.finish", params: { kind: "system.restart", state: "timed_out" } })).toBe(
      "Task finished: Restart (Timed out)",
    );
  });

  it("names an action of a newer server as it is, whatever it is called", () => {
    const { what } = texts();
    expect(what({ action: "rocket.launch", params: {} })).toBe("rocket.launch");
    expect(what({ action: "task", params: {} })).toBe("task");
    expect(what({ action: "__proto__.constructor", params: {} })).toBe("__proto__.constructor");
  });

  it("does not take values for texts that are not texts", () => {
    expect(texts().what({ action: "task.finish", params: { kind: { evil: 1 }, state: 5 } })).toBe(
      "Task finished: – (–)",
    );
  });
});
