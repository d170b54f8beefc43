import { Menu, Tooltip } from "@mantine/core";
import type { ReactNode } from "react";

interface ReasonItemProps {
  leftSection: ReactNode;
  rightSection?: ReactNode;
  danger?: boolean;
  /** Why it may not be used now; undefined = usable. */
  reason: string | undefined;
  onClick: () => void;
  children: ReactNode;
}

/** A menu item that, when it is off, says why instead of vanishing. */
export function ReasonItem({ leftSection, rightSection, danger = false, reason, onClick, children }: ReasonItemProps) {
  const off = reason !== undefined;
  return (
    <Tooltip label={reason ?? ""} disabled={!off} position="left">
      <Menu.Item
        leftSection={leftSection}
        rightSection={rightSection}
        data-danger={(danger && !off) || undefined}
        aria-disabled={off}
        data-disabled={off || undefined}
        closeMenuOnClick={!off}
        onClick={() => {
          if (!off) onClick();
        }}
      >
        {children}
      </Menu.Item>
    </Tooltip>
  );
}
