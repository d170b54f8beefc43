import { screen } from "@testing-library/react";
import { beforeAll, describe, expect, it } from "vitest";
import type { Update } from "@/api/types.ts";
import i18n from "@/i18n/index.ts";
import { renderAt } from "@/test/render.tsx";
import { UpdateList } from "./UpdateList.tsx";

const PLAIN: Update = {
  id: "1",
  name: "a0000000-0000-0000-0000-000000000001",
  title: "Cumulative Update",
  kb: "KB5068861",
  class: "security",
  installed_version: null,
  available_version: "201",
  size_bytes: null,
  released_at: null,
  origin: null,
  requires_restart: null,
  severity: null,
  cve_ids: [],
  has_eula: null,
  restart_behavior: null,
  is_exclusive: false,
  is_hidden: false,
  needs_input: false,
  held_by: null,
  support_url: null,
};

beforeAll(async () => {
  await i18n.changeLanguage("en");
});

describe("the list of updates", () => {
  it("leads from the number to what Microsoft says of it, in a page of its own", async () => {
    await renderAt(<UpdateList updates={[PLAIN]} />);
    const link = screen.getByRole("link", { name: /KB5068861/ });
    expect([link.getAttribute("href"), link.getAttribute("target"), link.getAttribute("rel")]).toEqual([
      "https://support.microsoft.com/help/5068861",
      "_blank",
      "noreferrer noopener",
    ]);
  });

  it("makes no link of a number that is none", async () => {
    await renderAt(<UpdateList updates={[{ ...PLAIN, kb: "KB/../evil" }]} />);
    expect(screen.queryByRole("link")).toBeNull();
    expect(screen.getByText("KB/../evil")).toBeTruthy();
  });

  it("names an update of Windows without a number by its title, and shows no revision", async () => {
    await renderAt(<UpdateList updates={[{ ...PLAIN, kb: null, class: "driver", title: "Lenovo - System" }]} />);
    expect(screen.getByText("Lenovo - System")).toBeTruthy();
    expect(screen.queryByText(/201/)).toBeNull();
  });

  it("says what must be known before it is installed", async () => {
    await renderAt(
      <UpdateList
        updates={[
          {
            ...PLAIN,
            is_hidden: true,
            needs_input: true,
            is_exclusive: true,
            has_eula: true,
            restart_behavior: "possible",
            severity: "important",
            cve_ids: ["CVE-2026-1", "CVE-2026-2", "CVE-2026-3", "CVE-2026-4"],
          },
        ]}
      />,
    );
    for (const words of [
      "hidden on the device",
      "asks questions, not installed unattended",
      "is installed alone",
      "has terms to accept",
      "may need a restart",
      "important",
      "CVE-2026-1, CVE-2026-2, CVE-2026-3 and 1 more",
    ]) {
      expect(screen.getByText(words)).toBeTruthy();
    }
  });

  it("lets nobody choose what would wait for answers", async () => {
    await renderAt(
      <UpdateList
        updates={[
          { ...PLAIN, needs_input: true },
          { ...PLAIN, id: "2", title: "Other" },
        ]}
        chosen={new Set()}
        onToggle={() => undefined}
      />,
    );
    expect(screen.getAllByRole("checkbox").map((box) => (box as HTMLInputElement).disabled)).toEqual([true, false]);
  });
});
