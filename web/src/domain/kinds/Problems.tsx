import { IconAlertTriangle } from "@tabler/icons-react";
import type { Trouble } from "@/api/types.ts";
import { useErrorText } from "@/i18n/errorText.ts";
import classes from "./kinds.module.css";

/** What could not be done beside what was: one sentence each. */
export function Problems({ problems }: { problems: Trouble[] }) {
  const errors = useErrorText();
  // Several sources may lack the same thing: it is said once.
  const said = [...new Set(problems.map((problem) => errors.byCode(problem.code, problem.params)))];
  if (said.length === 0) return null;
  return (
    <ul className={classes.problems}>
      {said.map((sentence) => (
        <li key={sentence}>
          <IconAlertTriangle size={15} aria-hidden />
          <span>{sentence}</span>
        </li>
      ))}
    </ul>
  );
}
