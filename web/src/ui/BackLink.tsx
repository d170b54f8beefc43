import { IconArrowLeft } from "@tabler/icons-react";
import { Link, type LinkProps } from "@tanstack/react-router";
import { lastSearch } from "./DataGrid/index.ts";
import classes from "./ui.module.css";

/** The way up from a single object to its list, as it was left: with its filters and its page. */
export function BackLink({ to, children }: { to: NonNullable<LinkProps["to"]> & string; children: string }) {
  return (
    <Link to={to} search={lastSearch(to) as never} className={classes.back}>
      <IconArrowLeft size={14} aria-hidden />
      {children}
    </Link>
  );
}
