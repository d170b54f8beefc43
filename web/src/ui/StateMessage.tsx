import type { ReactNode } from "react";
import classes from "./ui.module.css";

interface StateMessageProps {
  icon: ReactNode;
  title: string;
  text?: string | undefined;
  /** A smaller line below, such as the request's id. */
  note?: string | undefined;
  role?: "alert";
  children?: ReactNode;
}

/** What stands where content would: nothing yet, nothing found, or a failure. */
export function StateMessage({ icon, title, text, note, role, children }: StateMessageProps) {
  return (
    <div className={classes.state} role={role}>
      <div className={classes.stateIcon} aria-hidden>{icon}</div>
      <p className={classes.stateTitle}>{title}</p>
      {text === undefined ? null : <p className={classes.stateText}>{text}</p>}
      {children}
      {note === undefined ? null : <p className={classes.stateNote}>{note}</p>}
    </div>
  );
}
