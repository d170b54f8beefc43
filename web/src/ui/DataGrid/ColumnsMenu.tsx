import { ActionIcon, Button, Checkbox, Popover } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconColumns3 } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import classes from "./grid.module.css";
import type { GridPreferences } from "./preferences.ts";
import type { Column } from "./types.ts";

interface ColumnsMenuProps<Row> {
  columns: Column<Row>[];
  preferences: GridPreferences;
  onChange: (preferences: GridPreferences) => void;
}

function moved(ids: string[], id: string, by: -1 | 1): string[] {
  const index = ids.indexOf(id);
  const next = ids.filter((other) => other !== id);
  next.splice(index + by, 0, id);
  return next;
}

/** Which columns show, and in which order. */
export function ColumnsMenu<Row>({ columns, preferences, onChange }: ColumnsMenuProps<Row>) {
  const { t } = useTranslation("grid");
  const movable = columns.filter((column) => !column.fixed);
  const ids = movable.map((column) => column.id);
  const toggle = (id: string): void => {
    const hidden = preferences.hidden.includes(id)
      ? preferences.hidden.filter((other) => other !== id)
      : [...preferences.hidden, id];
    onChange({ ...preferences, hidden });
  };
  const move = (id: string, by: -1 | 1): void => {
    onChange({ ...preferences, order: moved(ids, id, by) });
  };

  return (
    <Popover position="bottom-end" trapFocus withinPortal>
      <Popover.Target>
        <Button variant="subtle" color="gray" leftSection={<IconColumns3 size={16} />} className={classes.wideOnly}>
          {t("columns.open")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t("columns.open")} className={classes.columns}>
        <ul>
          {movable.map((column, index) => (
            <li key={column.id}>
              <Checkbox
                size="xs"
                label={column.header}
                checked={!preferences.hidden.includes(column.id)}
                onChange={() => {
                  toggle(column.id);
                }}
              />
              <ActionIcon
                size={24}
                disabled={index === 0}
                aria-label={t("columns.up", { name: column.header })}
                onClick={() => {
                  move(column.id, -1);
                }}
              >
                <IconArrowUp size={14} />
              </ActionIcon>
              <ActionIcon
                size={24}
                disabled={index === movable.length - 1}
                aria-label={t("columns.down", { name: column.header })}
                onClick={() => {
                  move(column.id, 1);
                }}
              >
                <IconArrowDown size={14} />
              </ActionIcon>
            </li>
          ))}
        </ul>
        <Button
          variant="subtle"
          size="compact-xs"
          onClick={() => {
            const hidden = columns.filter((column) => column.initiallyHidden).map((column) => column.id);
            onChange({ density: preferences.density, order: [], hidden });
          }}
        >
          {t("columns.reset")}
        </Button>
      </Popover.Dropdown>
    </Popover>
  );
}
