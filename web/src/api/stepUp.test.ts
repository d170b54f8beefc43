import { describe, expect, it, vi } from "vitest";
import { provideStepUp, stepUp, wantsStepUp } from "./stepUp.ts";

const problem = (status: number, code: string) => new Response(JSON.stringify({ code }), { status });

describe("stepUp", () => {
  it("says no where nobody can be asked", async () => {
    expect(await stepUp()).toBe(false);
  });

  it("asks once for requests that come together", async () => {
    const asker = vi.fn(() => Promise.resolve(true));
    const takeBack = provideStepUp(asker);
    expect(await Promise.all([stepUp(), stepUp()])).toEqual([true, true]);
    expect(asker).toHaveBeenCalledOnce();
    takeBack();
    expect(await stepUp()).toBe(false);
  });
});

describe("wantsStepUp", () => {
  it("knows its own refusal and leaves the body to be read", async () => {
    const answer = problem(403, "session.step_up_required");
    expect(await wantsStepUp(answer)).toBe(true);
    expect(await answer.json()).toEqual({ code: "session.step_up_required" });
  });

  it("leaves other refusals alone", async () => {
    expect(await wantsStepUp(problem(403, "permission.denied"))).toBe(false);
    expect(await wantsStepUp(problem(409, "session.step_up_required"))).toBe(false);
    expect(await wantsStepUp(new Response("<html>", { status: 403 }))).toBe(false);
  });
});
