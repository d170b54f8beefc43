import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconDownload, IconRadar2, IconPower } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { UpdateDeviceRow } from "@/api/types.ts";
import { deviceFilterParams, useDeviceFilters, type DeviceFilterKey } from "@/domain/devices/deviceFilters.ts";
import { useCan, useDenial } from "@/domain/permissions.ts";
import { useScope } from "@/domain/scope.ts";
import { matching, selected } from "@/domain/startJob/target.ts";
import { useStartJob } from "@/domain/startJob/context.ts";
import { DataGrid, useListState, type BulkActions, type Selection } from "@/ui/DataGrid/index.ts";
import { PageHeader } from "@/ui/PageHeader.tsx";
import { updateDevicesQuery, updatesList } from "../api.ts";
import { useUpdatesColumns } from "../components/columns.tsx";
import { InstallDrawer } from "../components/InstallDrawer.tsx";
import { InstallManyDialog, type InstallMany } from "../components/InstallManyDialog.tsx";
import { RowActions } from "../components/RowActions.tsx";

const FILTERS: readonly DeviceFilterKey[] = ["pending", "restart", "online", "os"];
const ICON = 16;

/** The devices of the fleet and what each of them lacks. */
export function UpdatesPage() {
  const { t } = useTranslation(["updates", "common", "kinds"]);
  const list = useListState(updatesList);
  const scope = useScope();
  const page = useQuery(updateDevicesQuery(list.state, scope.params));
  const columns = useUpdatesColumns();
  const filters = useDeviceFilters(FILTERS);
  const can = useCan();
  const denial = useDenial();
  const { start } = useStartJob();
  const [installing, install] = useState<UpdateDeviceRow | null>(null);
  const [many, installMany] = useState<InstallMany | null>(null);

  const filter = { status: "active" as const, ...deviceFilterParams(list.state), ...scope.params };
  const total = page.data?.total ?? 0;

  const bulk = (selection: Selection<UpdateDeviceRow>): BulkActions => {
    const target = selected(selection, filter);
    return {
      primary: [
        {
          id: "install",
          label: t("kinds:updates.install.action"),
          icon: <IconDownload size={ICON} />,
          run: () => {
            installMany({ ...target, clear: selection.clear });
          },
          disabledReason: denial("update:install", scope.tenant),
        },
        {
          id: "scan",
          label: t("kinds:updates.scan.action"),
          icon: <IconRadar2 size={ICON} />,
          run: () => {
            start({ kind: "updates.scan", params: {}, ...target });
          },
          disabledReason: denial("task:create", scope.tenant),
        },
      ],
      more: [
        {
          id: "restart",
          label: t("kinds:system.restart.action"),
          icon: <IconPower size={ICON} />,
          run: () => {
            start({ kind: "system.restart", params: {}, ...target });
          },
          disabledReason: denial("system:restart", scope.tenant),
          danger: true,
        },
      ],
    };
  };
  const scanAll = (): void => {
    start({
      kind: "updates.scan",
      params: {},
      target: matching(filter, total),
      hosts: page.data?.items.map((device) => device.hostname) ?? [],
      count: total,
      confirm: true,
    });
  };

  return (
    <>
      <PageHeader title={t("updates:title")} note={page.data ? t("common:devices", { count: total }) : undefined}>
        {can("task:create", scope.tenant) ? (
          <Button leftSection={<IconRadar2 size={ICON} />} disabled={total === 0} onClick={scanAll}>
            {t("updates:scanAll")}
          </Button>
        ) : null}
      </PageHeader>
      <DataGrid
        id="updates"
        label={t("updates:title")}
        columns={columns}
        page={page}
        list={list}
        filters={filters}
        searchLabel={t("common:searchDevices")}
        rowId={(device) => device.id}
        rowName={(device) => device.hostname}
        scopeKey={scope.key}
        bulk={bulk}
        actions={(device) => (
          <RowActions
            device={device}
            onInstall={() => {
              install(device);
            }}
          />
        )}
        empty={{
          title: t("updates:empty.title"),
          text: t("updates:empty.text"),
          action: can("token:create") ? (
            <Button component={Link} to="/enrollment">
              {t("updates:empty.action")}
            </Button>
          ) : null,
        }}
      />
      <InstallDrawer
        device={installing}
        onClose={() => {
          install(null);
        }}
      />
      <InstallManyDialog
        request={many}
        onClose={() => {
          installMany(null);
        }}
      />
    </>
  );
}
