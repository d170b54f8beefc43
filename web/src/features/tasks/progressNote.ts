import { useTranslation } from "react-i18next";
import type { Task } from "@/api/types.ts";

const KNOWN = ["refreshing", "comparing", "downloading", "installing"] as const;

/** What a running task does just now; null when the agent says nothing that can be put into words. */
export function useProgressNote(note: Task["progress_note"]): string | null {
  const { t } = useTranslation("tasks");
  if (note === null) return null;
  const known = KNOWN.find((name) => note.code.endsWith(`.${name}`));
  if (known === undefined) return null;
  const name = note.params?.["package"];
  return known === "installing" && typeof name === "string" && name !== "" ? t("note.installingOne", { name }) : t(`note.${known}`);
}
