import { useTranslation } from "react-i18next";
import type { ProgressNote } from "@/api/types.ts";

type Word = "refreshing" | "comparing" | "searching" | "fetching" | "confirming" | "uninstalling" | "staged";
type Named = "downloading" | "installing" | "upgrading";

/** What each note says: a code that agents may say and nobody puts into words does not compile. */
const WORDS: Record<ProgressNote["code"], Word | Named> = {
  "apps.searching": "searching",
  "apps.upgrading": "upgrading",
  "apt.comparing": "comparing",
  "apt.downloading": "downloading",
  "apt.installing": "installing",
  "apt.refreshing": "refreshing",
  "release.fetching": "fetching",
  "release.staged": "staged",
  "updates.confirming": "confirming",
  "updates.downloading": "downloading",
  "updates.installing": "installing",
  "updates.searching": "searching",
  "updates.uninstalling": "uninstalling",
};

function isNamed(word: Word | Named): word is Named {
  return word === "downloading" || word === "installing" || word === "upgrading";
}

/** What a running task does just now; null when the agent says nothing. */
export function useProgressNote(note: ProgressNote | null): string | null {
  const { t } = useTranslation("kinds");
  if (note === null) return null;
  const word = WORDS[note.code];
  const name = [note.package, note.title, note.id].find((value) => value != null && value !== "") ?? null;
  const text = name !== null && isNamed(word) ? t(`note.one.${word}`, { name }) : t(`note.${word}`);
  const { number, count: total } = note;
  return number == null || total == null || total < 2 ? text : t("note.counted", { text, number, total });
}
