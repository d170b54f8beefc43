import type { ReactNode } from "react";
import { useErrorText } from "@/i18n/errorText.ts";
import { Status, type Look } from "@/ui/Status.tsx";
import classes from "./kinds.module.css";
import { trouble } from "./untrusted.ts";

/** What became of one thing of several: its name, how it ended, and why not. */
export function OutcomeLine({
  name,
  look,
  word,
  error,
}: {
  name: ReactNode;
  look: Look;
  word: string;
  error: unknown;
}) {
  const errors = useErrorText();
  const why = trouble(error);
  return (
    <li>
      <span>{name}</span>
      <Status {...look}>{word}</Status>
      {why === null ? null : <span className={classes.detail}>{errors.byCode(why.code, why.params)}</span>}
      {why?.detail ? <span className={`${classes.detail ?? ""} mono`}>{why.detail}</span> : null}
    </li>
  );
}
