import { ActionIcon, Tooltip } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./ui.module.css";

interface IconActionProps {
  label: string;
  icon: ReactNode;
  onClick: () => void;
  /** Why it may not be used now; shown instead of the label. */
  disabledReason?: string | undefined;
  busy?: boolean;
}

/** One icon button of a row, always with a name and, when it is off, with the reason. */
export function IconAction({ label, icon, onClick, disabledReason, busy = false }: IconActionProps) {
  const off = disabledReason !== undefined;
  return (
    <Tooltip label={disabledReason ?? label}>
      <ActionIcon
        size={26}
        className={classes.iconAction}
        aria-label={label}
        aria-disabled={off}
        data-disabled={off || undefined}
        loading={busy}
        color="brand"
        onClick={() => {
          if (!off) onClick();
        }}
      >
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}
