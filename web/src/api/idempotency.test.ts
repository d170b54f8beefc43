import { afterEach, describe, expect, it, vi } from "vitest";
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
  afterEach(() => {
    vi.useRealTimers();
  });

  it("takes what is wished again much later for another wish", async () => {
    vi.useFakeTimers();
    const lost = new TypeError("failed to fetch");
    const body = { kind: "inventory.collect" };
    const [first, second] = await keysOf([lost, lost], body);
    vi.advanceTimersByTime(6 * 60_000);
    const [third] = await keysOf(["ok"], body);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });

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
