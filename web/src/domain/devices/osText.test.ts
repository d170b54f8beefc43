import { describe, expect, it } from "vitest";
import { osText } from "./osText.ts";

describe("the text of a system", () => {
  it("adds the version to a name without one", () => {
    expect(osText("Debian GNU/Linux", "12")).toBe("Debian 12");
    expect(osText("Windows 11 Pro", "23H2")).toBe("Windows 11 Pro 23H2");
  });

  it("says a version that the name already holds only once", () => {
    expect(osText("Debian GNU/Linux 12 (bookworm)", "12")).toBe("Debian 12 (bookworm)");
    expect(osText("Ubuntu 24.04.3 LTS", "24.04")).toBe("Ubuntu 24.04.3 LTS");
  });

  it("does not take a longer number for the version", () => {
    expect(osText("Fedora Linux 400", "40")).toBe("Fedora Linux 400 40");
  });

  it("leaves a name alone when the version is not known", () => {
    expect(osText("Arch Linux", null)).toBe("Arch Linux");
  });
});
