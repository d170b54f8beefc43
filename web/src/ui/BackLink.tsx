import { IconArrowLeft } from "@tabler/icons-react";
import { Link, type LinkProps } from "@tanstack/react-router";
import classes from "./ui.module.css";

/** The way up from a single object to its list. */
export function BackLink({ to, children }: { to: NonNullable<LinkProps["to"]>; children: string }) {
  return (
    <Link to={to} className={classes.back}>
      <IconArrowLeft size={14} aria-hidden />
      {children}
    </Link>
  );
}
