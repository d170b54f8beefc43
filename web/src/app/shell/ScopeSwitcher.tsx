import { Combobox, InputBase, UnstyledButton, useCombobox } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconBuilding, IconCheck, IconChevronDown, IconMapPin, IconWorld } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Me, Site } from "@/api/types.ts";
import { useMe } from "@/domain/me.ts";
import { useScope, type Scope } from "@/domain/scope.ts";
import { sitesQuery } from "@/domain/sites.ts";
import classes from "./shell.module.css";

interface Choice extends Scope {
  value: string;
  label: string;
  icon: typeof IconWorld;
}

function choices(me: Me, sites: Site[], everything: string): Choice[] {
  const tree = me.memberships.flatMap((membership): Choice[] => [
    { value: membership.tenant_id, label: membership.tenant_name, icon: IconBuilding, tenant: membership.tenant_id },
    ...sites
      .filter((site) => site.tenant_id === membership.tenant_id)
      .map((site) => ({
        value: site.id,
        label: site.name,
        icon: IconMapPin,
        tenant: site.tenant_id,
        site: site.id,
      })),
  ]);
  return [{ value: "all", label: everything, icon: IconWorld }, ...tree];
}

/** A tenant also shows when only one of its sites matches, so that the site has a heading. */
function matching(all: Choice[], typed: string): Choice[] {
  const needle = typed.trim().toLocaleLowerCase();
  if (needle === "") return all;
  const hit = (choice: Choice): boolean => choice.label.toLocaleLowerCase().includes(needle);
  const tenants = new Set(all.filter(hit).map((choice) => choice.tenant));
  return all.filter(
    (choice) => hit(choice) || (choice.site === undefined && choice.tenant !== undefined && tenants.has(choice.tenant)),
  );
}

export function ScopeSwitcher() {
  const { t } = useTranslation("shell");
  const me = useMe();
  const scope = useScope();
  const sites = useQuery(sitesQuery());
  const [typed, setTyped] = useState("");
  const combobox = useCombobox({
    onDropdownClose: () => {
      setTyped("");
      combobox.resetSelectedOption();
    },
    onDropdownOpen: () => {
      combobox.focusSearchInput();
    },
  });

  const all = choices(me, sites.data?.items ?? [], t("scope.all"));
  const current = all.find((choice) => choice.tenant === scope.tenant && choice.site === scope.site) ?? all[0];
  const parent =
    current?.site === undefined
      ? undefined
      : all.find((choice) => choice.site === undefined && choice.tenant === current.tenant);
  const shown = matching(all, typed);

  return (
    <Combobox
      store={combobox}
      width={280}
      position="bottom-start"
      onOptionSubmit={(value) => {
        const choice = all.find((candidate) => candidate.value === value);
        scope.change({
          ...(choice?.tenant === undefined ? {} : { tenant: choice.tenant }),
          ...(choice?.site === undefined ? {} : { site: choice.site }),
        });
        combobox.closeDropdown();
      }}
    >
      <Combobox.Target targetType="button">
        <UnstyledButton
          className={classes.scope}
          onClick={() => {
            combobox.toggleDropdown();
          }}
        >
          <IconBuilding size={16} aria-hidden />
          <span className="visually-hidden">{t("scope.label")}</span>
          <span>
            {parent ? t("scope.place", { tenant: parent.label, site: current?.label ?? "" }) : current?.label}
          </span>
          <IconChevronDown size={14} aria-hidden />
        </UnstyledButton>
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Search
          component={InputBase}
          aria-label={t("scope.search")}
          placeholder={t("scope.search")}
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
          }}
        />
        <Combobox.Options className={classes.scopeOptions} aria-label={t("scope.search")}>
          {shown.map(({ value, label, icon: Shape, site }) => (
            <Combobox.Option
              key={value}
              value={value}
              selected={value === current?.value}
              className={classes.scopeOption}
              data-site={site !== undefined || undefined}
            >
              <Shape size={15} aria-hidden />
              <span>{label}</span>
              {value === current?.value ? <IconCheck size={14} aria-hidden /> : null}
            </Combobox.Option>
          ))}
          {shown.length === 0 ? <Combobox.Empty>{t("scope.none")}</Combobox.Empty> : null}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
