import type { ReactNode } from "react";
import { Dash } from "./Dash.tsx";
import classes from "./ui.module.css";

/** Names and values in two columns. */
export function Facts({ children }: { children: ReactNode }) {
  return <dl className={classes.facts}>{children}</dl>;
}

export function Fact({ name, children }: { name: string; children: ReactNode }) {
  const empty = children === null || children === undefined || children === "";
  return (
    <div>
      <dt>{name}</dt>
      <dd>{empty ? <Dash /> : children}</dd>
    </div>
  );
}

export function Card({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  return (
    <section className={classes.card}>
      <div className={classes.cardTitle}>
        <h2>{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  );
}
