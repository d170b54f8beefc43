import { describe, expect, it } from "vitest";
import { strength } from "@/domain/credentials/PasswordStrength.tsx";
import { safeNext } from "./pages/SignInPage.tsx";

describe("safeNext", () => {
  it("follows an address of this app", () => {
    expect(safeNext("/updates?os=linux")).toBe("/updates?os=linux");
  });

  it.each([
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "javascript:alert(1)",
    "/sign-in?next=/",
    undefined,
  ])("does not follow %s", (next) => {
    expect(safeNext(next)).toBe("/");
  });
});

describe("strength", () => {
  it.each([
    ["", 0],
    ["short", 1],
    ["aaaaaaaaaaaaaaaa", 1],
    ["correct horse", 2],
    ["correct horse battery", 3],
  ])("rates %j as %i", (password, level) => {
    expect(strength(password)).toBe(level);
  });
});
