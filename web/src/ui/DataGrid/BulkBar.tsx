import { ActionIcon, Button, Menu, Tooltip } from "@mantine/core";
import { IconDots, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import classes from "./grid.module.css";
import { ActionItems } from "./RowMenu.tsx";
import type { SelectionHandle } from "./selection.ts";
import type { BulkAction, BulkActions } from "./types.ts";

function Primary({ action, first }: { action: BulkAction; first: boolean }) {
  return (
    <Tooltip label={action.disabledReason ?? ""} disabled={action.disabledReason === undefined}>
      <Button
        variant={first ? "filled" : "default"}
        leftSection={action.icon}
        data-disabled={action.disabledReason !== undefined || undefined}
        aria-disabled={action.disabledReason !== undefined}
        onClick={() => {
          if (action.disabledReason === undefined) action.run();
        }}
      >
        {action.label}
      </Button>
    </Tooltip>
  );
}

function More({ actions }: { actions: BulkAction[] }) {
  const { t } = useTranslation("grid");
  return (
    <Menu position="top-end">
      <Menu.Target>
        <ActionIcon variant="default" size={30} className={classes.bulkMore} aria-label={t("bulk.more")}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <ActionItems actions={actions} />
      </Menu.Dropdown>
    </Menu>
  );
}

/** What can be done with the ticked rows; floats above the pager. */
export function BulkBar<Row>({
  selection,
  total,
  onSelectAll,
  actions,
}: {
  selection: SelectionHandle<Row>;
  total: number;
  onSelectAll: () => void;
  actions: BulkActions;
}) {
  const { t } = useTranslation("grid");
  const more = actions.more ?? [];
  return (
    <div className={classes.bulk} role="toolbar" aria-label={t("bulk.label")}>
      <ActionIcon className={classes.bulkClose} aria-label={t("bulk.clear")} onClick={selection.clear}>
        <IconX size={16} />
      </ActionIcon>
      <strong className={classes.bulkCount}>{t("selected", { count: selection.count })}</strong>
      {!selection.all && total > selection.count ? (
        <button type="button" className={classes.bulkAll} onClick={onSelectAll}>
          {t("bulk.selectAll", { count: total })}
        </button>
      ) : null}
      <span className={classes.spacer} />
      {actions.primary.map((action, index) => (
        <Primary key={action.id} action={action} first={index === 0} />
      ))}
      {more.length > 0 ? <More actions={more} /> : null}
    </div>
  );
}
