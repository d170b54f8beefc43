import { ActionIcon, Menu } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import { Fragment } from "react";
import { useTranslation } from "react-i18next";
import { ReasonItem } from "../ReasonItem.tsx";
import classes from "./grid.module.css";
import type { BulkAction } from "./types.ts";

/** Actions as items of a menu, groups apart. */
export function ActionItems({ actions }: { actions: BulkAction[] }) {
  return actions.map((action, index) => (
    <Fragment key={action.id}>
      {index > 0 && actions[index - 1]?.group !== action.group ? <Menu.Divider /> : null}
      <ReasonItem
        leftSection={action.icon}
        rightSection={action.shortcut === undefined ? null : <kbd className={classes.key}>{action.shortcut}</kbd>}
        danger={action.danger === true}
        reason={action.disabledReason}
        onClick={action.run}
      >
        {action.label}
      </ReasonItem>
    </Fragment>
  ));
}

/** What can be done with one row. */
export function RowMenu({ name, actions }: { name: string; actions: () => BulkAction[] }) {
  const { t } = useTranslation("grid");
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon size={26} className={classes.rowMenu} aria-label={t("rowMenu", { name })}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <ActionItems actions={actions()} />
      </Menu.Dropdown>
    </Menu>
  );
}
