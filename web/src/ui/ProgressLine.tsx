import { Progress } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./ui.module.css";

/** Running work in one cell: what happens, how far, and a bar. `percent` null = not known yet. */
export function ProgressLine({ percent, label, name }: { percent: number | null; label: ReactNode; name: string }) {
  return (
    <div className={classes.progress}>
      <span>{label}</span>
      <Progress.Root size={4}>
        <Progress.Section
          value={percent ?? 100}
          animated={percent === null}
          striped={percent === null}
          aria-label={name}
        />
      </Progress.Root>
    </div>
  );
}
