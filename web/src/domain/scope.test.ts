import { describe, expect, it } from "vitest";
import { rememberedScope, validateScope } from "./scope.ts";

const TENANT = "0190a6b2-7c5e-7d1a-9a53-0242ac120002";
const SITE = "0190a6b2-7c5e-7d1a-9a53-0242ac120003";

describe("validateScope", () => {
  it("keeps a tenant and its site", () => {
    expect(validateScope({ tenant: TENANT, site: SITE, other: 1 })).toEqual({ tenant: TENANT, site: SITE });
  });

  it("knows no site without a tenant and no tenant that is no id", () => {
    expect(validateScope({ site: SITE })).toEqual({});
    expect(validateScope({ tenant: "x' OR 1=1", site: SITE })).toEqual({});
  });
});

describe("rememberedScope", () => {
  it("is everything when nothing usable is stored", () => {
    localStorage.setItem("bosman.scope", "{broken");
    expect(rememberedScope()).toEqual({});
  });
});
