import type { ReactNode } from "react";
import classes from "./ui.module.css";

interface StateMessageProps {
  icon: ReactNode;
  title: string;
  text?: string | undefined;
  /** A smaller line below, such as the request's id. */
  note?: string | undefined;
  role?: "alert";
  /** The message is the whole page: its title is the page's heading. */
  page?: boolean;
  children?: ReactNode;
}

/** What stands where content would: nothing yet, nothing found, or a failure. */
export function StateMessage({ icon, title, text, note, role, page = false, children }: StateMessageProps) {
  const Heading = page ? "h1" : "p";
  return (
    <div className={classes.state} role={role}>
      <div className={classes.stateIcon} aria-hidden>
        {icon}
      </div>
      <Heading className={classes.stateTitle}>{title}</Heading>
      {text === undefined ? null : <p className={classes.stateText}>{text}</p>}
      {children}
      {note === undefined ? null : <p className={classes.stateNote}>{note}</p>}
    </div>
  );
}
