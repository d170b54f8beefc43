import { screen } from "@testing-library/react";
import { beforeAll, describe, expect, it } from "vitest";
import i18n from "@/i18n/index.ts";
import { renderAt } from "@/test/render.tsx";
import { Facts } from "@/ui/Facts.tsx";
import { TaskParams } from "./TaskParams.tsx";

const GUID = "0f8a7b7e-2a3c-4c8d-9a62-3c1f5b1d2e77";

async function shown(update: Record<string, unknown>): Promise<string> {
  await renderAt(
    <Facts>
      <TaskParams kind="updates.install" params={{ select: "chosen", restart: "never", updates: [update] }} />
    </Facts>,
  );
  return screen.getByRole("listitem").textContent;
}

beforeAll(async () => {
  await i18n.changeLanguage("en");
});

describe("updates that are to be installed", () => {
  it.each([
    [
      "Windows' by title and KB",
      { name: GUID, version: "200", title: "Security Update", kb: "KB5068861" },
      "Security Update KB5068861",
    ],
    [
      "Windows' whose title names the KB already",
      { name: GUID, version: "200", title: "Security Update (KB5068861)", kb: "KB5068861" },
      "Security Update (KB5068861)",
    ],
    ["Windows' that no device has named, by id and revision", { name: GUID, version: "200" }, `${GUID} 200`],
    [
      "packages by title, name and version",
      { name: "bash", version: "5.2-2", title: "GNU Bourne Again SHell" },
      "GNU Bourne Again SHell bash 5.2-2",
    ],
    [
      "packages whose title names a version, too",
      { name: "bash", version: "5", title: "bash 5 and more" },
      "bash 5 and more bash 5",
    ],
    ["packages without a title by name and version", { name: "bash", version: "5.2-2" }, "bash 5.2-2"],
    ["what is no text as nothing", { name: 1, version: null, title: {} }, ""],
  ])("shows %s", async (_, update, words) => {
    expect((await shown(update)).trim()).toBe(words);
  });
});
