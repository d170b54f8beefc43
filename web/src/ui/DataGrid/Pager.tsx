import { ActionIcon, Select, Tooltip } from "@mantine/core";
import { IconChevronLeft, IconChevronRight, IconChevronsLeft } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { PAGE_SIZES } from "@/api/list.ts";
import type { Page } from "@/api/page.ts";
import { useFormat } from "../format.ts";
import classes from "./grid.module.css";
import type { ListHandle } from "./listState.ts";

function Turn({
  label,
  disabled,
  onClick,
  children,
}: {
  label: string;
  disabled: boolean;
  onClick: () => void;
  children: ReactNode;
}) {
  return (
    <Tooltip label={label}>
      <ActionIcon variant="default" size={30} aria-label={label} disabled={disabled} onClick={onClick}>
        {children}
      </ActionIcon>
    </Tooltip>
  );
}

export function Pager<Row>({ list, page }: { list: ListHandle; page: Page<Row> | undefined }) {
  const { t } = useTranslation("grid");
  const format = useFormat();
  const { from, limit } = list.state;
  const shown = page?.items.length ?? 0;
  const total = page?.total ?? 0;
  const next = page?.next_cursor ?? null;
  const previous = page?.prev_cursor ?? null;
  const counted = format.total(total, page?.total_capped ?? false);
  const range =
    shown === 0
      ? t("pager.none")
      : t("pager.range", {
          from: format.number(from),
          to: format.number(Math.min(from + shown - 1, Math.max(total, shown))),
          total: counted,
        });

  return (
    <div className={classes.pager}>
      <label className={classes.pageSize}>
        {t("pager.rows")}
        <Select
          aria-label={t("pager.rows")}
          size="xs"
          w={76}
          allowDeselect={false}
          data={PAGE_SIZES.map(String)}
          value={String(limit)}
          onChange={(value) => {
            list.resize(Number(value));
          }}
        />
      </label>
      <span className={classes.range} aria-live="polite">
        {range}
      </span>
      <Turn
        label={t("pager.first")}
        disabled={list.state.cursor === undefined}
        onClick={() => {
          list.goTo(undefined, 1);
        }}
      >
        <IconChevronsLeft size={16} />
      </Turn>
      <Turn
        label={t("pager.previous")}
        disabled={previous === null}
        onClick={() => {
          list.goTo(previous ?? undefined, Math.max(1, from - limit));
        }}
      >
        <IconChevronLeft size={16} />
      </Turn>
      <Turn
        label={t("pager.next")}
        disabled={next === null}
        onClick={() => {
          list.goTo(next ?? undefined, from + shown);
        }}
      >
        <IconChevronRight size={16} />
      </Turn>
    </div>
  );
}
