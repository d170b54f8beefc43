import { describe, expect, it } from "vitest";
import { pageParams, toState, validateList, type ListDefinition } from "./listState.ts";

const definition: ListDefinition<"name" | "seen", "os" | "state"> = {
  sorts: ["name", "seen"],
  sort: "name",
  order: "asc",
  filters: { os: ["linux", "windows"], state: ["failed", "running"] },
};

describe("validateList", () => {
  it("keeps what the list knows", () => {
    const search = {
      q: "war",
      sort: "seen",
      order: "desc",
      limit: 50,
      cursor: "abc",
      from: 51,
      os: "linux",
      state: "failed,running",
    };
    expect(validateList(definition, search)).toEqual(search);
  });

  it("drops whatever somebody typed that the list does not know", () => {
    const search = { sort: "password", order: "up", limit: 7, from: -3, os: "plan9", state: "failed,melted", other: 1 };
    expect(validateList(definition, search)).toEqual({ state: "failed" });
  });

  it("reads a search for a number, which the address holds as a number", () => {
    expect(validateList(definition, { q: 2024 })).toEqual({ q: "2024" });
  });

  it("does not keep the default page size in the address", () => {
    expect(validateList(definition, { limit: 25 })).toEqual({});
  });
});

describe("toState", () => {
  it("fills in the list's defaults", () => {
    expect(toState(definition, {})).toEqual({
      q: "",
      sort: "name",
      order: "asc",
      limit: 25,
      cursor: undefined,
      from: 1,
      filters: {},
    });
  });
});

describe("pageParams", () => {
  it("sends no empty parameter", () => {
    expect(pageParams(toState(definition, {}))).toEqual({ limit: 25, sort: "name", order: "asc" });
  });
});
