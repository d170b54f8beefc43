import { describe, expect, it } from "vitest";
import { ApiError, isTransient } from "@/api/errors.ts";
import { matching } from "./target.ts";

describe("matching", () => {
  it("carries the filter and the number that was seen", () => {
    expect(matching({ site_id: ["s1"], q: "pc", online: false }, 7)).toEqual({
      filter: { site_id: ["s1"], q: "pc", online: false },
      expected_count: 7,
    });
  });

  it("says all where nothing narrows, for the server never takes leaving out for it", () => {
    expect(matching({}, 7)).toEqual({ filter: { all: true }, expected_count: 7 });
    expect(matching({ q: "", tenant_id: undefined }, 7)).toEqual({ filter: { all: true }, expected_count: 7 });
    expect(matching({ status: "active" }, 7)).toEqual({ filter: { all: true, status: "active" }, expected_count: 7 });
  });
});

describe("isTransient", () => {
  const failure = (status: number, code: string): ApiError =>
    new ApiError({ status, code, params: {}, requestId: null, fields: [] });

  it("tries again when too many requests were on their way, and not when too many views are open", () => {
    expect(isTransient(failure(429, "request.queue_full"))).toBe(true);
    expect(isTransient(failure(429, "stream.limit_reached"))).toBe(false);
  });
});
