import type { Icon } from "@tabler/icons-react";
import type { ReactNode } from "react";
import classes from "./ui.module.css";

export type Tone = "critical" | "high" | "medium" | "info" | "ok" | "none";

/** How a value of an enumeration looks. */
export interface Look {
  tone: Tone;
  icon: Icon;
}

interface StatusProps extends Look {
  filled?: boolean;
  /** How loud it is; `filled` is short for the loudest. */
  weight?: "plain" | "outlined" | "filled";
  spin?: boolean;
  children: ReactNode;
}

/** A status told by shape, word and colour together; `filled` only where it must catch the eye. */
export function Status({
  tone,
  icon: Shape,
  filled = false,
  weight = filled ? "filled" : "plain",
  spin = false,
  children,
}: StatusProps) {
  return (
    <span
      className={classes.status}
      data-tone={tone}
      data-filled={weight === "filled" || undefined}
      data-outlined={weight === "outlined" || undefined}
    >
      <Shape size={13} aria-hidden className={spin ? classes.spin : undefined} />
      <span>{children}</span>
    </span>
  );
}
