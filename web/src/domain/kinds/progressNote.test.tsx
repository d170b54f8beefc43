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
    ["wua.searching", {}, "Searching for updates"],
    ["wua.downloading", { title: "KB5068861", number: 2, total: 5 }, "Downloading KB5068861 (2 of 5)"],
    ["wua.installing", { title: "KB5068861", number: 1, total: 1 }, "Installing KB5068861"],
    ["apps.upgrading", { id: "7zip.7zip", number: 1, total: 3 }, "Upgrading 7zip.7zip (1 of 3)"],
    ["release.fetching", {}, "Fetching the new version"],
    ["release.staged", {}, "The new version is ready; the agent restarts"],
    ["wua.installing", { title: { evil: 1 }, number: "2", total: 5 }, "Installing"],
    ["wua.meditating", {}, "nothing"],
  ])("says of %s %j: %s", (code, params, said) => {
    render(<Note note={{ code, params }} />);
    expect(screen.getByText(said)).toBeTruthy();
  });
});
