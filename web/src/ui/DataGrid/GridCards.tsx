import { Checkbox, Skeleton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import classes from "./grid.module.css";
import type { GridBodyProps } from "./props.ts";

const SKELETONS = [0, 1, 2, 3];

/** The same rows for a narrow screen: one card each, the first column as its title. */
export function GridCards<Row>({ columns, page, rowId, rowName, selection, actions, label }: GridBodyProps<Row>) {
  const { t } = useTranslation("grid");
  const [title, ...rest] = columns;
  return (
    <ul className={classes.cards} aria-label={label} aria-busy={page.isFetching}>
      {page.isPending
        ? SKELETONS.map((key) => (
            <li key={key} className={classes.card}>
              <Skeleton height={86} />
            </li>
          ))
        : null}
      {(page.data?.items ?? []).map((row) => {
        const id = rowId(row);
        const chosen = selection?.has(id) ?? false;
        return (
          <li key={id} className={classes.card} data-grid-row tabIndex={-1} data-chosen={chosen || undefined}>
            <div className={classes.cardHead}>
              {selection ? (
                <Checkbox
                  aria-label={t("selectRow", { name: rowName(row) })}
                  checked={chosen}
                  onChange={() => {
                    selection.toggle(row);
                  }}
                />
              ) : null}
              <div className={classes.cardTitle}>{title?.cell(row)}</div>
              {actions ? <div className={classes.cardActions}>{actions(row)}</div> : null}
            </div>
            <dl className={classes.cardFacts}>
              {rest
                .filter((column) => column.card !== "hidden")
                .map((column) => (
                  <div key={column.id}>
                    <dt>{column.header}</dt>
                    <dd>{column.cell(row)}</dd>
                  </div>
                ))}
            </dl>
          </li>
        );
      })}
    </ul>
  );
}
