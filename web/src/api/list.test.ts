import { describe, expect, it } from "vitest";
import { pageParams, toState, validateList, type ListShape } from "./list.ts";

const shape: ListShape<"name" | "seen", "os" | "state"> = {
  sorts: ["name", "seen"],
  sort: "name",
  order: "asc",
  isSearchable: true,
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
    expect(validateList(shape, search)).toEqual(search);
  });

  it("drops whatever somebody typed that the list does not know", () => {
    const search = { sort: "password", order: "up", limit: 7, from: -3, os: "plan9", state: "failed,melted", other: 1 };
    expect(validateList(shape, search)).toEqual({ state: "failed" });
  });

  it("reads a search for a number, which the address holds as a number", () => {
    expect(validateList(shape, { q: 2024 })).toEqual({ q: "2024" });
  });

  it("drops a search where nothing can be searched for", () => {
    expect(validateList({ ...shape, isSearchable: false }, { q: "war", os: "linux" })).toEqual({ os: "linux" });
  });

  it("does not keep the default page size in the address", () => {
    expect(validateList(shape, { limit: 100 })).toEqual({});
  });
});

describe("toState", () => {
  it("fills in the list's defaults", () => {
    expect(toState(shape, {})).toEqual({
      q: "",
      sort: "name",
      order: "asc",
      limit: 100,
      cursor: undefined,
      from: 1,
      filters: {},
    });
  });
});

describe("pageParams", () => {
  it("sends no empty parameter", () => {
    expect(pageParams(toState(shape, {}))).toEqual({ limit: 100, sort: "name", order: "asc" });
  });
});

describe("filters that are turned round", () => {
  const turned = {
    ...shape,
    filters: { os: ["linux", "windows"], kb: null, seen: [">7d"] },
    negatable: new Set(["os"]),
  };

  it("keeps the sign only where the filter can be turned round", () => {
    expect(validateList(turned, { os: "!linux,mars" })).toEqual({ os: "!linux" });
    expect(validateList(turned, { seen: "!>7d" })).toEqual({});
    expect(validateList(turned, { os: "!" })).toEqual({});
  });

  it("takes any text where there is nothing to choose from", () => {
    expect(validateList(turned, { kb: "KB5068861", seen: ">7d" })).toEqual({ kb: "KB5068861", seen: ">7d" });
  });
});
