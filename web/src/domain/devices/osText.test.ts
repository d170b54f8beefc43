import { describe, expect, it } from "vitest";
import { osText, shortOsText } from "./osText.ts";

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

describe("its short text", () => {
  it.each([
    ["Windows 11 Pro", "23H2", "Win 11 23H2"],
    ["Microsoft Windows 10 Enterprise LTSC", "1809", "Win 10"],
    ["Windows Server 2022 Standard", "21H2", "Win Server 2022"],
    ["Windows Server 2012 R2 Datacenter", "6.3", "Win Server 2012 R2"],
    ["Ubuntu 24.04.3 LTS", "24.04", "Ubuntu 24.04"],
    ["Debian GNU/Linux 12 (bookworm)", "12", "Debian 12"],
    ["Arch Linux", null, "Arch Linux"],
  ])("%s %s", (name, version, short) => {
    expect(shortOsText(name, version)).toBe(short);
  });
});
