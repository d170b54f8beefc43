import { render, screen } from "@testing-library/react";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { ProgressNote } from "@/api/types.ts";
import { useProgressNote } from "./progressNote.ts";

function Note({ note }: { note: ProgressNote | null }) {
  return <p>{useProgressNote(note) ?? "nothing"}</p>;
}

/** Seen from the web's folder, where the tests run. */
const GOLDEN = "../protocol/tests/wire/golden/progress_note.json";

describe("the note of a running task", () => {
  it.each<[ProgressNote | null, string]>([
    [{ code: "apt.installing", package: "bash" }, "Installing bash"],
    [{ code: "updates.searching", title: "", number: 0, count: 0 }, "Searching for updates"],
    [{ code: "updates.installing", title: "KB5068861", number: 1, count: 1 }, "Installing KB5068861"],
    [{ code: "updates.installing", number: 3, count: 4 }, "Installing (3 of 4)"],
    [{ code: "apps.upgrading", id: "7zip.7zip" }, "Upgrading 7zip.7zip"],
    [{ code: "release.fetching", version: "2.0.0" }, "Fetching the new version"],
    [{ code: "release.staged" }, "The new version is ready; the agent restarts"],
    [null, "nothing"],
  ])("says of %j: %s", (note, said) => {
    render(<Note note={note} />);
    expect(screen.getByText(said)).toBeTruthy();
  });

  it("says what the protocol's own example means", () => {
    render(<Note note={JSON.parse(readFileSync(GOLDEN, "utf8")) as ProgressNote} />);
    expect(screen.getByText("Downloading KB5068861 (2 of 5)")).toBeTruthy();
  });
});
