import type { ReactNode } from "react";
import type { Trouble } from "@/api/types.ts";
import { useErrorText } from "@/i18n/errorText.ts";
import { Status, type Look } from "@/ui/Status.tsx";
import classes from "./kinds.module.css";

/** What became of one thing of several: its name, how it ended, and why not. */
export function OutcomeLine({
  name,
  look,
  word,
  error: why,
}: {
  name: ReactNode;
  look: Look;
  word: string;
  error: Trouble | null;
}) {
  const errors = useErrorText();
  return (
    <li>
      <span>{name}</span>
      <Status {...look}>{word}</Status>
      {why === null ? null : <span className={classes.detail}>{errors.byCode(why.code, why.params)}</span>}
      {why?.detail ? <span className={`${classes.detail ?? ""} mono`}>{why.detail}</span> : null}
    </li>
  );
}
