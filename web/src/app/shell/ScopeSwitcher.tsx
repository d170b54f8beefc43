import { ActionIcon, Combobox, InputBase, Tooltip, UnstyledButton, useCombobox } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconBuilding, IconCheck, IconMapPin, IconSelector, IconWorld, IconX } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Me, Site } from "@/api/types.ts";
import { useMe } from "@/domain/me.ts";
import { useScope, type Scope } from "@/domain/scope.ts";
import { sitesQuery } from "@/domain/sites.ts";
import classes from "./scope.module.css";
import { onScopeSwitch } from "./signals.ts";

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

function Options({ shown, current }: { shown: Choice[]; current: Choice | undefined }) {
  const { t } = useTranslation("shell");
  return (
    <Combobox.Options className={classes.options} aria-label={t("scope.search")}>
      {shown.map(({ value, label, icon: Shape, site }) => (
        <Combobox.Option
          key={value}
          value={value}
          selected={value === current?.value}
          className={classes.option}
          data-site={site !== undefined || undefined}
        >
          <Shape size={15} aria-hidden />
          <span>{label}</span>
          {value === current?.value ? <IconCheck size={14} aria-hidden /> : null}
        </Combobox.Option>
      ))}
      {shown.length === 0 ? <Combobox.Empty>{t("scope.none")}</Combobox.Empty> : null}
    </Combobox.Options>
  );
}

/** What of the fleet is in view: both lines of it, for whatever is done next is done there. */
function Current({ customer, site }: { customer: string; site: string | undefined }) {
  const { t } = useTranslation("shell");
  return (
    <span className={classes.text}>
      <span className="visually-hidden">{t("scope.label")}</span>
      <span className={classes.line}>{customer}</span>
      {site === undefined ? null : <span className={classes.second}>{site}</span>}
    </span>
  );
}

/** The customer and the site that the whole app is narrowed to. `g c` opens it. */
export function ScopeSwitcher({ collapsed = false, listens = false }: { collapsed?: boolean; listens?: boolean }) {
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
  const { openDropdown } = combobox;
  useEffect(() => (listens ? onScopeSwitch(openDropdown) : undefined), [listens, openDropdown]);

  const all = choices(me, sites.data?.items ?? [], t("scope.all"));
  const current = all.find((choice) => choice.tenant === scope.tenant && choice.site === scope.site) ?? all[0];
  const customer = all.find((choice) => choice.site === undefined && choice.tenant === current?.tenant) ?? current;
  const site = current?.site === undefined ? undefined : current.label;
  const scoped = scope.tenant !== undefined;
  const name = [customer?.label, site].filter((part) => part !== undefined).join(" · ");

  return (
    <div className={classes.switcher} data-scoped={scoped || undefined} data-collapsed={collapsed || undefined}>
      <Combobox
        store={combobox}
        width={300}
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
          <Tooltip label={name} position="right" disabled={!collapsed}>
            <UnstyledButton
              className={classes.button}
              {...(collapsed ? { "aria-label": `${t("scope.label")} ${name}` } : {})}
              onClick={() => {
                combobox.toggleDropdown();
              }}
            >
              {scoped ? <IconBuilding size={18} aria-hidden /> : <IconWorld size={18} aria-hidden />}
              {collapsed ? null : <Current customer={customer?.label ?? ""} site={site} />}
              {collapsed || scoped ? null : <IconSelector size={14} aria-hidden />}
            </UnstyledButton>
          </Tooltip>
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
          <Options shown={matching(all, typed)} current={current} />
        </Combobox.Dropdown>
      </Combobox>
      {scoped && !collapsed ? (
        <Tooltip label={t("scope.leave")}>
          <ActionIcon
            className={classes.leave}
            size={28}
            aria-label={t("scope.leave")}
            onClick={() => {
              scope.change({});
            }}
          >
            <IconX size={16} />
          </ActionIcon>
        </Tooltip>
      ) : null}
    </div>
  );
}
