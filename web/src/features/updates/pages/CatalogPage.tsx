import { Link } from "@tanstack/react-router";
import { IconDownload } from "@tabler/icons-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { CatalogUpdate } from "@/api/types.ts";
import { useDeviceFilterTexts } from "@/domain/devices/deviceFilters.ts";
import { ListGrid, type Columns } from "@/domain/list/ListGrid.tsx";
import { useList } from "@/domain/list/useList.ts";
import { useDenial } from "@/domain/permissions.ts";
import { useScope } from "@/domain/scope.ts";
import { useStartJob } from "@/domain/startJob/context.ts";
import { matching } from "@/domain/startJob/target.ts";
import { ClassBadge } from "@/domain/updates/ClassBadge.tsx";
import { TextCell } from "@/domain/devices/DeviceCells.tsx";
import type { BulkAction } from "@/ui/DataGrid/index.ts";
import { Dash } from "@/ui/Dash.tsx";
import { PageHeader } from "@/ui/PageHeader.tsx";
import { RelTime } from "@/ui/RelTime.tsx";
import { catalogList } from "../api.ts";
import { UpdatesTabs } from "../components/UpdatesTabs.tsx";
import classes from "../updates.module.css";

const ICON = 16;

/** How many devices miss it, of how many there are, and on how many it is held; leads to them. */
function Missing({ update, all }: { update: CatalogUpdate; all: number }) {
  const { t } = useTranslation("updates");
  return (
    <Link
      to="/updates"
      search={(before) => ({ ...scopeOf(before), update: update.key }) as never}
      className={classes.missing}
      data-row-link
    >
      {t("missingOf", { count: update.device_count, all })}
      {update.held_count > 0 && <span className={classes.held}> · {t("heldOn", { held: update.held_count })}</span>}
    </Link>
  );
}

function scopeOf({ tenant, site }: { tenant?: string; site?: string }) {
  return { ...(tenant === undefined ? {} : { tenant }), ...(site === undefined ? {} : { site }) };
}

function Title({ update }: { update: CatalogUpdate }) {
  return (
    <span className={classes.updateTitle} title={update.title}>
      {update.title}
    </span>
  );
}

function useCatalogColumns(all: number): Columns<typeof catalogList> {
  const { t } = useTranslation(["updates", "common"]);
  return useMemo(
    () => [
      {
        id: "title",
        header: t("updates:catalog.title"),
        cell: (update) => <Title update={update} />,
        sort: "name",
        fixed: true,
        width: 260,
      },
      {
        id: "kb",
        header: t("updates:catalog.version"),
        cell: (update) => <TextCell text={update.kb ?? update.available_version} />,
        card: "subtitle",
      },
      {
        id: "class",
        header: t("updates:catalog.class"),
        cell: (update) => <ClassBadge value={update.class} />,
        sort: "class",
        card: "mark",
      },
      {
        id: "severity",
        header: t("updates:catalog.severity"),
        cell: (update) => (update.severity === null ? <Dash /> : t(`common:severity.${update.severity}`)),
        isBlank: (update) => update.severity === null,
        card: "hidden",
      },
      {
        id: "devices",
        header: t("updates:catalog.devices"),
        cell: (update) => <Missing update={update} all={all} />,
        sort: "devices",
        card: "mark",
      },
      {
        id: "released",
        header: t("updates:catalog.released"),
        cell: (update) => (update.released_at === null ? <Dash /> : <RelTime at={update.released_at} />),
        sort: "released_at",
        isBlank: (update) => update.released_at === null,
        card: "hidden",
      },
    ],
    [t, all],
  );
}

/** Every pending update once, with the devices that miss it. */
export function CatalogPage() {
  const { t } = useTranslation(["updates", "common", "kinds"]);
  const list = useList(catalogList);
  const scope = useScope();
  const denial = useDenial();
  const { start } = useStartJob();
  const all = (list.page.data as { device_count?: number } | undefined)?.device_count ?? 0;
  const columns = useCatalogColumns(all);
  const texts = useDeviceFilterTexts();

  const actions = (update: CatalogUpdate): BulkAction[] => [
    {
      id: "install",
      label: t("updates:installOnThese", { count: update.device_count }),
      icon: <IconDownload size={ICON} />,
      shortcut: "i",
      disabledReason: denial("update:install", scope.tenant),
      run: () => {
        start({
          kind: "updates.install",
          params: {
            select: "chosen",
            updates: [{ name: update.name, version: update.available_version, title: update.title }],
          },
          target: matching({ ...scope.params, update: update.key, status: "active" }, update.device_count),
          hosts: [],
          count: update.device_count,
        });
      },
    },
  ];

  return (
    <>
      <PageHeader
        title={t("updates:title")}
        note={list.page.data ? t("updates:count", { count: list.total }) : undefined}
      />
      <UpdatesTabs active="catalog" />
      <ListGrid
        of={list}
        label={t("updates:tab.catalog")}
        columns={columns}
        filters={{
          class: texts.class,
          severity: { ...texts.severity, isRare: false },
          age: { ...texts.age, isRare: false },
        }}
        searchLabel={t("kinds:updates.install.search")}
        rowName={(update) => update.title}
        rowActions={actions}
        empty={{ title: t("updates:catalog.empty.title"), text: t("updates:catalog.empty.text") }}
      />
    </>
  );
}
