import { describe, expect, it } from "vitest";
import { GROUPS, SECTIONS, sectionOf } from "./navigation.ts";

describe("the places of the app", () => {
  it("have a shortcut each of their own", () => {
    expect(new Set(SECTIONS.map(({ shortcut }) => shortcut)).size).toBe(SECTIONS.length);
  });

  it("stand group by group, in the order of the groups", () => {
    const order = SECTIONS.map(({ group }) => GROUPS.indexOf(group));
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });
});

describe("sectionOf", () => {
  it.each([
    ["/", "home"],
    ["/devices/0198", "devices"],
    ["/jobs", "activity"],
    ["/jobs/0198", "activity"],
    ["/tasks/0198", "activity"],
    ["/enrollment", "settings"],
    ["/safety", "settings"],
    ["/people/keys", "people"],
  ])("takes %s for a page of %s", (path, key) => {
    expect(sectionOf(path)?.key).toBe(key);
  });

  it("knows no section for what only begins with the same letters", () => {
    expect(sectionOf("/devices-old")).toBeUndefined();
    expect(sectionOf("/profile")).toBeUndefined();
  });
});
