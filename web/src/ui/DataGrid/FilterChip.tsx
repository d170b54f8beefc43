import { Button, Menu, Popover, SegmentedControl, TextInput } from "@mantine/core";
import { IconChevronDown, IconX } from "@tabler/icons-react";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { NOT } from "@/api/list.ts";
import { useFormat } from "../format.ts";
import classes from "./grid.module.css";
import type { ListHandle } from "./listState.ts";
import type { Filter } from "./types.ts";

interface ChipProps {
  filter: Filter;
  list: ListHandle;
}

/** The pill itself: its text opens the choices, its cross takes the filter away. */
function Pill({
  filter,
  list,
  text,
  children,
}: ChipProps & { text: string; children: (pill: ReactNode) => ReactNode }) {
  const { t } = useTranslation("grid");
  const active = list.state.filters[filter.key] !== undefined;
  return (
    <span className={classes.chip} data-active={active || undefined}>
      {children(
        <button type="button" className={classes.chipOpen}>
          {text}
          {active ? null : <IconChevronDown size={13} aria-hidden />}
        </button>,
      )}
      {active ? (
        <button
          type="button"
          className={classes.chipClear}
          aria-label={t("clearFilter", { name: filter.label })}
          onClick={() => {
            list.filter(filter.key, undefined);
          }}
        >
          <IconX size={13} aria-hidden />
        </button>
      ) : null}
    </span>
  );
}

function TextChip({ filter, list }: ChipProps) {
  const { t } = useTranslation("grid");
  const said = list.state.filters[filter.key];
  const [typed, type] = useState(said ?? "");
  return (
    <Pill
      filter={filter}
      list={list}
      text={said === undefined ? filter.label : t("filterValue", { name: filter.label, value: said })}
    >
      {(pill) => (
        <Popover position="bottom-start" trapFocus withinPortal>
          <Popover.Target>{pill}</Popover.Target>
          <Popover.Dropdown>
            <form
              className={classes.chipForm}
              onSubmit={(event) => {
                event.preventDefault();
                list.filter(filter.key, typed.trim() === "" ? undefined : typed.trim());
              }}
            >
              <TextInput
                size="xs"
                maxLength={300}
                aria-label={filter.label}
                value={typed}
                onChange={(event) => {
                  type(event.currentTarget.value);
                }}
              />
              <Button type="submit" size="compact-sm">
                {t("apply")}
              </Button>
            </form>
          </Popover.Dropdown>
        </Popover>
      )}
    </Pill>
  );
}

function ChoiceChip({ filter, list }: ChipProps) {
  const { t } = useTranslation("grid");
  const format = useFormat();
  const said = list.state.filters[filter.key] ?? "";
  const saysNot = said.startsWith(NOT);
  const [wantsNot, wantNot] = useState(saysNot);
  const isNot = said === "" ? wantsNot : saysNot;
  const chosen = said === "" ? [] : said.slice(saysNot ? NOT.length : 0).split(",");
  const names = filter.options.filter((option) => chosen.includes(option.value)).map((option) => option.label);
  const set = (values: string[], not: boolean): void => {
    list.filter(filter.key, values.length > 0 ? `${not ? NOT : ""}${values.join(",")}` : undefined);
  };
  const toggle = (value: string): void => {
    const without = chosen.filter((other) => other !== value);
    set(chosen.includes(value) ? without : [...(filter.multiple ? chosen : []), value], isNot);
  };
  const value = { name: filter.label, value: format.list(names) };
  const text = chosen.length === 0 ? filter.label : isNot ? t("notValue", value) : t("filterValue", value);
  return (
    <Pill filter={filter} list={list} text={text}>
      {(pill) => (
        <Menu position="bottom-start">
          <Menu.Target>{pill}</Menu.Target>
          <Menu.Dropdown>
            {filter.isNegatable ? (
              <SegmentedControl
                fullWidth
                size="xs"
                aria-label={filter.label}
                data={[
                  { value: "is", label: t("is") },
                  { value: "not", label: t("isNot") },
                ]}
                value={isNot ? "not" : "is"}
                onChange={(operator) => {
                  wantNot(operator === "not");
                  if (chosen.length > 0) set(chosen, operator === "not");
                }}
              />
            ) : null}
            {filter.options.map((option) => (
              <Menu.CheckboxItem
                key={option.value}
                checked={chosen.includes(option.value)}
                closeMenuOnClick={!filter.multiple}
                onChange={() => {
                  toggle(option.value);
                }}
              >
                {option.label}
              </Menu.CheckboxItem>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
    </Pill>
  );
}

/** One filter as a pill: shows what it is set to, opens its choices, and can be taken away. */
export function FilterChip({ filter, list }: ChipProps) {
  const said = list.state.filters[filter.key];
  return filter.isText ? (
    <TextChip key={said ?? ""} filter={filter} list={list} />
  ) : (
    <ChoiceChip filter={filter} list={list} />
  );
}

/** Values of a filter that are asked for every day, each a button. */
function QuickValues({ filter, list }: ChipProps) {
  const said = list.state.filters[filter.key];
  return (filter.quick ?? []).map((value) => (
    <button
      key={value}
      type="button"
      className={classes.quick}
      aria-pressed={said === value}
      onClick={() => {
        list.filter(filter.key, said === value ? undefined : value);
      }}
    >
      {filter.options.find((option) => option.value === value)?.label}
    </button>
  ));
}

/** The filters in use and those that are used often; the others behind a button. */
export function FilterBar({ filters, list }: { filters: Filter[]; list: ListHandle }) {
  const { t } = useTranslation("grid");
  const [asked, ask] = useState<string[]>([]);
  const isShown = ({ key, isRare }: Filter): boolean =>
    isRare !== true || asked.includes(key) || list.state.filters[key] !== undefined;
  const others = filters.filter((filter) => !isShown(filter));
  return (
    <>
      {filters.map((filter) => (
        <QuickValues key={filter.key} filter={filter} list={list} />
      ))}
      {filters.filter(isShown).map((filter) => (
        <FilterChip key={filter.key} filter={filter} list={list} />
      ))}
      {others.length === 0 ? null : (
        <Menu position="bottom-start">
          <Menu.Target>
            <Button variant="subtle" color="gray" size="compact-xs">
              {t("addFilter")}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {others.map(({ key, label }) => (
              <Menu.Item
                key={key}
                onClick={() => {
                  ask([...asked, key]);
                }}
              >
                {label}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
    </>
  );
}
