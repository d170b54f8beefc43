import { Title } from "@mantine/core";
import { useEffect, type ReactNode } from "react";
import classes from "./ui.module.css";

interface PageHeaderProps {
  title: string;
  /** For the browser tab when the visible title is not plain text. */
  note?: ReactNode;
  before?: ReactNode;
  children?: ReactNode;
}

export function PageHeader({ title, note, before, children }: PageHeaderProps) {
  useEffect(() => {
    document.title = `${title} · Bosman`;
  }, [title]);
  return (
    <header className={classes.pageHeader}>
      <div className={classes.pageTitle}>
        {before}
        <Title order={1}>{title}</Title>
        {note === undefined ? null : <span className={classes.pageNote}>{note}</span>}
      </div>
      {children === undefined ? null : <div className={classes.pageActions}>{children}</div>}
    </header>
  );
}
