import { describe, expect, it } from "vitest";
import { createFormat } from "./format.ts";

const NOW = Date.parse("2026-11-22T12:00:00Z");
const plain = (text: string): string => text.replace(/[\u00a0\u202f]/g, " ");

describe("bytes", () => {
  it("counts in binary units and writes the decimal sign of the language", () => {
    expect(plain(createFormat("pl").bytes(1.5 * 2 ** 40))).toBe("1,5 TiB");
    expect(plain(createFormat("en").bytes(1536))).toBe("1.5 KiB");
  });

  it("keeps small sizes whole", () => {
    expect(plain(createFormat("en").bytes(1023))).toBe("1,023 B");
    expect(plain(createFormat("en").bytes(0))).toBe("0 B");
  });
});

describe("total", () => {
  it("says that there may be more than was counted", () => {
    expect(createFormat("en").total(10_000, true)).toBe("10,000+");
    expect(plain(createFormat("pl").total(10_000, true))).toBe("10 000+");
    expect(createFormat("en").total(42, false)).toBe("42");
  });
});

describe("relative", () => {
  it.each([
    ["2026-11-22T11:59:30Z", "now"],
    ["2026-11-22T11:57:00Z", "3 min ago"],
    ["2026-11-22T02:00:00Z", "10 hr ago"],
    ["2026-11-21T10:00:00Z", "yesterday"],
    ["2026-11-29T12:00:00Z", "in 7 days"],
  ])("tells %s as %s", (iso, text) => {
    expect(plain(createFormat("en").relative(iso, NOW))).toBe(text);
  });

  it("never claims a time ahead for a clock a few seconds fast", () => {
    expect(createFormat("pl").relative("2026-11-22T12:00:20Z", NOW)).toBe("teraz");
  });
});

describe("duration", () => {
  it("tells the two largest units", () => {
    expect(plain(createFormat("en").duration(3 * 3600 + 25 * 60 + 40))).toBe("3 hrs 25 mins");
    expect(plain(createFormat("pl").duration(61))).toBe("1 min 1 sek.");
  });

  it("leaves out a unit that is nought and never goes below nought", () => {
    expect(plain(createFormat("en").duration(3600))).toBe("1 hr");
    expect(plain(createFormat("en").duration(-5))).toBe("0 secs");
  });
});
