import { IconAlertTriangle } from "@tabler/icons-react";
import { useErrorText } from "@/ui/errorText.ts";
import { trouble, type Fields } from "./hostile.ts";
import classes from "./tasks.module.css";

/** What could not be done beside what was: one sentence each. */
export function Problems({ problems }: { problems: Fields[] }) {
  const errors = useErrorText();
  const found = problems.map(trouble).filter((problem) => problem !== null);
  if (found.length === 0) return null;
  return (
    <ul className={classes.problems}>
      {found.map((problem, index) => <li key={index}><IconAlertTriangle size={15} aria-hidden /><span>{errors.byCode(problem.code, problem.params)}</span></li>)}
    </ul>
  );
}
