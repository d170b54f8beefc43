import { describe, expect, it } from "vitest";
import { ApiError } from "./errors.ts";
import { onceOnly } from "./idempotency.ts";

async function keysOf(outcomes: (Error | "ok")[], body: unknown = { kind: "system.restart" }) {
  const keys: string[] = [];
  for (const outcome of outcomes) {
    await onceOnly("jobs", body, (key) => {
      keys.push(key);
      return outcome === "ok" ? Promise.resolve() : Promise.reject(outcome);
    }).catch(() => undefined);
  }
  return keys;
}

describe("onceOnly", () => {
  it("keeps the key of a wish whose answer was lost", async () => {
    const [first, second] = await keysOf([new TypeError("failed to fetch"), "ok"]);
    expect(second).toBe(first);
  });

  it("takes a new key after an answer", async () => {
    const refused = new ApiError({
      status: 409,
      code: "job.confirm_required",
      params: {},
      requestId: null,
      fields: [],
    });
    const keys = await keysOf(["ok", refused, "ok"]);
    expect(new Set(keys).size).toBe(3);
  });

  it("gives another wish another key", async () => {
    const lost = new TypeError("failed to fetch");
    const [restart] = await keysOf([lost], { kind: "system.restart" });
    const [scan] = await keysOf([lost], { kind: "updates.scan" });
    expect(scan).not.toBe(restart);
  });
});
