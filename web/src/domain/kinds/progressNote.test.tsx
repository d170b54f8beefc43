import { render, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { Task } from "@/api/types.ts";
import { useProgressNote } from "./progressNote.ts";

function Note({ note }: { note: Task["progress_note"] }) {
  return <p>{useProgressNote(note) ?? "nothing"}</p>;
}

describe("the note of a running task", () => {
  it.each([
    ["apt.installing", { package: "bash" }, "Installing bash"],
    ["updates.searching", { title: "", number: 0, count: 0 }, "Searching for updates"],
    ["updates.downloading", { title: "KB5068861", number: 2, count: 5 }, "Downloading KB5068861 (2 of 5)"],
    ["updates.installing", { title: "KB5068861", number: 1, count: 1 }, "Installing KB5068861"],
    ["apps.upgrading", { id: "7zip.7zip" }, "Upgrading 7zip.7zip"],
    ["release.fetching", {}, "Fetching the new version"],
    ["release.staged", {}, "The new version is ready; the agent restarts"],
    ["updates.installing", { title: { evil: 1 }, number: "2", count: 5 }, "Installing"],
    ["updates.meditating", {}, "nothing"],
  ])("says of %s %j: %s", (code, params, said) => {
    render(<Note note={{ code, params }} />);
    expect(screen.getByText(said)).toBeTruthy();
  });
});
