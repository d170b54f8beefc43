import { describe, expect, it } from "vitest";
import { toApiError } from "@/api/errors.ts";
import { confirmationCount } from "./safety.ts";

const refusal = (body: unknown) => toApiError(409, body, null);

describe("confirmationCount", () => {
  it("reads the number that the server wants typed", () => {
    expect(confirmationCount(refusal({ code: "job.confirm_required", params: { count: 42 } }))).toBe(42);
  });

  it("is silent about every other failure", () => {
    expect(confirmationCount(refusal({ code: "job.count_changed", params: { count: 42 } }))).toBeNull();
    expect(confirmationCount(refusal({ code: "job.confirm_required", params: {} }))).toBeNull();
    expect(confirmationCount(new Error("job.confirm_required"))).toBeNull();
  });
});
