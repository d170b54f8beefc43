import { Menu } from "@mantine/core";
import { IconChevronDown, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useFormat } from "../format.ts";
import classes from "./grid.module.css";
import type { ListHandle } from "./listState.ts";
import type { Filter } from "./types.ts";

/** One filter as a pill: shows what it is set to, opens its choices, and can be taken away. */
export function FilterChip({ filter, list }: { filter: Filter; list: ListHandle }) {
  const { t } = useTranslation("grid");
  const format = useFormat();
  const chosen = list.state.filters[filter.key]?.split(",") ?? [];
  const active = chosen.length > 0;
  const names = filter.options.filter((option) => chosen.includes(option.value)).map((option) => option.label);

  const toggle = (value: string): void => {
    const without = chosen.filter((other) => other !== value);
    const next = chosen.includes(value) ? without : [...(filter.multiple ? chosen : []), value];
    list.filter(filter.key, next.length > 0 ? next.join(",") : undefined);
  };

  return (
    <span className={classes.chip} data-active={active || undefined}>
      <Menu position="bottom-start">
        <Menu.Target>
          <button type="button" className={classes.chipOpen}>
            {active ? t("filterValue", { name: filter.label, value: format.list(names) }) : filter.label}
            {active ? null : <IconChevronDown size={13} aria-hidden />}
          </button>
        </Menu.Target>
        <Menu.Dropdown>
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
