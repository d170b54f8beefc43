import { ActionIcon, Button, TextInput, Tooltip } from "@mantine/core";
import {
  IconBaselineDensityMedium,
  IconBaselineDensitySmall,
  IconRefresh,
  IconSearch,
  IconX,
} from "@tabler/icons-react";
import { useEffect, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ColumnsMenu } from "./ColumnsMenu.tsx";
import { FilterBar } from "./FilterChip.tsx";
import classes from "./grid.module.css";
import type { ListHandle } from "./listState.ts";
import type { GridPreferences } from "./preferences.ts";
import type { Column, Filter } from "./types.ts";

const SEARCH_DELAY_MS = 250;

function SearchBox({ list, label }: { list: ListHandle; label: string }) {
  const { t } = useTranslation("grid");
  const [typed, setTyped] = useState({ text: list.state.q, sent: list.state.q });
  // The address may change under us (Back, "clear filters"): then it decides, not what was typed.
  if (typed.sent !== list.state.q) setTyped({ text: list.state.q, sent: list.state.q });
  const { search } = list;
  useEffect(() => {
    if (typed.text === typed.sent) return undefined;
    const timer = setTimeout(() => {
      search(typed.text);
    }, SEARCH_DELAY_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [typed, search]);
  return (
    <TextInput
      className={classes.search}
      size="xs"
      type="search"
      data-grid-search
      aria-label={label}
      placeholder={label}
      leftSection={<IconSearch size={15} aria-hidden />}
      rightSection={
        typed.text === "" ? null : (
          <ActionIcon
            size="sm"
            aria-label={t("clearSearch")}
            onClick={() => {
              search("");
            }}
          >
            <IconX size={14} />
          </ActionIcon>
        )
      }
      value={typed.text}
      onChange={(event) => {
        setTyped({ ...typed, text: event.currentTarget.value });
      }}
    />
  );
}

interface ToolbarProps<Row> {
  list: ListHandle;
  filters: Filter[];
  moreFilters: ReactNode;
  searchLabel: string | undefined;
  columns: Column<Row>[];
  preferences: GridPreferences;
  onPreferences: (preferences: GridPreferences) => void;
  busy: boolean;
  onRefresh: () => void;
}

export function Toolbar<Row>({
  list,
  filters,
  moreFilters,
  searchLabel,
  columns,
  preferences,
  onPreferences,
  busy,
  onRefresh,
}: ToolbarProps<Row>) {
  const { t } = useTranslation("grid");
  const compact = preferences.density === "compact";
  const density = compact ? t("density.comfortable") : t("density.compact");
  return (
    <div className={classes.toolbar}>
      {searchLabel === undefined ? null : <SearchBox list={list} label={searchLabel} />}
      <div className={classes.chips}>
        <FilterBar filters={filters} list={list} />
        {moreFilters}
        {list.filtered ? (
          <Button variant="subtle" size="compact-xs" onClick={list.clear}>
            {t("clearFilters")}
          </Button>
        ) : null}
      </div>
      <div className={classes.tools}>
        <Tooltip label={t("refresh")}>
          <ActionIcon
            size={30}
            aria-label={t("refresh")}
            onClick={onRefresh}
            data-spinning={busy || undefined}
            className={classes.refresh}
          >
            <IconRefresh size={16} />
          </ActionIcon>
        </Tooltip>
        <Tooltip label={density}>
          <ActionIcon
            size={30}
            aria-label={density}
            className={classes.wideOnly}
            onClick={() => {
              onPreferences({ ...preferences, density: compact ? "comfortable" : "compact" });
            }}
          >
            {compact ? <IconBaselineDensityMedium size={16} /> : <IconBaselineDensitySmall size={16} />}
          </ActionIcon>
        </Tooltip>
        <ColumnsMenu columns={columns} preferences={preferences} onChange={onPreferences} />
      </div>
    </div>
  );
}
