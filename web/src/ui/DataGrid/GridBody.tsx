import { useMediaQuery } from "@mantine/hooks";
import type { RefObject } from "react";
import { useTranslation } from "react-i18next";
import classes from "./grid.module.css";
import { GridCards } from "./GridCards.tsx";
import { EmptyState, ErrorState, NoMatchState, Stale } from "./GridStates.tsx";
import { GridTable } from "./GridTable.tsx";
import type { GridBodyProps } from "./props.ts";

interface Revealed {
  /** Where the rows say how one of them is brought into view. */
  revealer: RefObject<((index: number) => void) | null>;
}

/** Chooses between the four states, and between table and cards. */
export function GridBody<Row>(props: GridBodyProps<Row> & Revealed) {
  const { page, list, selection } = props;
  const { t } = useTranslation("grid");
  const narrow = useMediaQuery("(max-width: 767px)", false, { getInitialValueInEffect: false });

  if (page.isPending || page.data) {
    const none = page.data?.items.length === 0;
    if (none && list.filtered) return <NoMatchState onClear={list.clear} />;
    if (none) return <EmptyState {...props.empty} />;
    return (
      <>
        {page.isError ? <Stale error={page.error} onRetry={() => void page.refetch()} /> : null}
        <div className={classes.announce} aria-live="polite">
          {selection && selection.count > 0 ? t("selected", { count: selection.count }) : ""}
        </div>
        {narrow ? <GridCards {...props} /> : <GridTable {...props} />}
      </>
    );
  }
  return <ErrorState error={page.error} onRetry={() => void page.refetch()} />;
}
