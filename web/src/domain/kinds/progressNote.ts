import { useTranslation } from "react-i18next";
import type { Task } from "@/api/types.ts";

const PLAIN = [
  "refreshing",
  "comparing",
  "searching",
  "downloading",
  "confirming",
  "uninstalling",
  "installing",
  "upgrading",
  "fetching",
  "staged",
] as const;
/** Where a note may name what it is about: the value that holds the name. */
const NAMED = { installing: ["package", "title"], downloading: ["title"], upgrading: ["id"] } as const;
const CODE = /^[a-z_]+\.[a-z_]+$/;

function counted(params: Record<string, unknown>): { number: number; total: number } | null {
  const { number, count: total } = params;
  return typeof number === "number" && typeof total === "number" && total > 1 ? { number, total } : null;
}

/** What a running task does just now; null when the agent says nothing that can be put into words. */
export function useProgressNote(note: Task["progress_note"]): string | null {
  const { t } = useTranslation("kinds");
  if (note === null || !CODE.test(note.code)) return null;
  const known = PLAIN.find((word) => note.code.endsWith(`.${word}`));
  if (known === undefined) return null;
  const params = note.params ?? {};
  const keys = known in NAMED ? NAMED[known as keyof typeof NAMED] : [];
  const name = keys.map((key) => params[key]).find((value) => typeof value === "string" && value !== "");
  const text = typeof name === "string" ? t(`note.one.${known as keyof typeof NAMED}`, { name }) : t(`note.${known}`);
  const count = counted(params);
  return count === null ? text : t("note.counted", { text, ...count });
}
