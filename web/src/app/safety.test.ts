import { describe, expect, it } from "vitest";
import { toApiError } from "@/api/errors.ts";
import { countToType } from "./safety.ts";

const refusal = (body: unknown) => toApiError(409, body, null);

describe("countToType", () => {
  it("reads the number that the server wants typed", () => {
    expect(countToType(refusal({ code: "job.confirm_required", params: { count: 42 } }))).toBe(42);
  });

  it("is silent about every other failure", () => {
    expect(countToType(refusal({ code: "job.count_changed", params: { count: 42 } }))).toBeNull();
    expect(countToType(refusal({ code: "job.confirm_required", params: {} }))).toBeNull();
    expect(countToType(new Error("job.confirm_required"))).toBeNull();
  });
});
