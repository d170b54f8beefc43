import { describe, expect, it } from "vitest";
import { shakeStyles } from "../../vite.styles.ts";

const used = (name: string) => name === "m_aaaaaaa";

describe("shakeStyles", () => {
  it("leaves out what only unused components have, and keeps everything else", () => {
    const css = ".m_aaaaaaa{a:b}.m_bbbbbbb:hover{c:d}body{e:f}@media print{.m_bbbbbbb{g:h}}";
    expect(shakeStyles(css, used)).toBe(".m_aaaaaaa{a:b}body{e:f}");
  });

  it("keeps the used ones of several selectors", () => {
    expect(shakeStyles(".m_aaaaaaa,.m_bbbbbbb .m_aaaaaaa{a:b}", used)).toBe(".m_aaaaaaa{a:b}");
  });
});
