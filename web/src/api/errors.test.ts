import { describe, expect, it } from "vitest";
import { isTransient, networkError, toApiError } from "./errors.ts";

describe("toApiError", () => {
  it("reads a problem and its fields", () => {
    const error = toApiError(
      422,
      {
        code: "request.invalid",
        params: { a: 1 },
        request_id: "r1",
        errors: [{ loc: ["body", "name"], code: "string_too_long", message: "x" }],
      },
      null,
    );
    expect(error).toMatchObject({
      status: 422,
      code: "request.invalid",
      params: { a: 1 },
      requestId: "r1",
      fields: [{ loc: ["body", "name"], code: "string_too_long" }],
    });
  });

  it("gives a code to an answer that is no problem, such as a proxy's page", () => {
    expect(toApiError(502, "<html>Bad gateway</html>", "r2")).toMatchObject({
      code: "server.unavailable",
      requestId: "r2",
      fields: [],
    });
  });

  it("survives a body of the wrong shape", () => {
    expect(toApiError(400, { code: 7, params: "no", errors: "none" }, null)).toMatchObject({
      code: "server.error",
      params: {},
      fields: [],
    });
  });
});

describe("isTransient", () => {
  it("is so for the network and the server, not for what the reader asked", () => {
    expect(
      [networkError(null), toApiError(503, {}, null), toApiError(409, {}, null), new Error("bug")].map(isTransient),
    ).toEqual([true, true, false, false]);
  });
});
