import { Button } from "@mantine/core";
import { IconRadar2 } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { UpdateDeviceRow } from "@/api/types.ts";
import { useDeviceFilterTexts } from "@/domain/devices/deviceFilters.ts";
import { ListGrid } from "@/domain/list/ListGrid.tsx";
import { useList } from "@/domain/list/useList.ts";
import { useCan } from "@/domain/permissions.ts";
import { useScope } from "@/domain/scope.ts";
import { useStartJob } from "@/domain/startJob/context.ts";
import { matching, selected } from "@/domain/startJob/target.ts";
import { useBulkStart } from "@/domain/startJob/useBulkStart.tsx";
import { type BulkActions, type Selection } from "@/ui/DataGrid/index.ts";
import { PageHeader } from "@/ui/PageHeader.tsx";
import { updatesList } from "../api.ts";
import { useUpdatesColumns } from "../components/columns.tsx";
import { IncompleteScans } from "../components/IncompleteScans.tsx";
import { InstallDrawer } from "../components/InstallDrawer.tsx";
import { InstallManyDialog, type InstallMany } from "../components/InstallManyDialog.tsx";
import { RowActions } from "../components/RowActions.tsx";

const ICON = 16;

/** The devices of the fleet and what each of them lacks. */
export function UpdatesPage() {
  const { t } = useTranslation(["updates", "common", "kinds"]);
  const list = useList(updatesList);
  const scope = useScope();
  const columns = useUpdatesColumns();
  const filters = useDeviceFilterTexts();
  const can = useCan();
  const bulkStart = useBulkStart(list.filter);
  const { start } = useStartJob();
  const [installing, install] = useState<UpdateDeviceRow | null>(null);
  const [many, installMany] = useState<InstallMany | null>(null);

  const { total } = list;

  const bulk = (selection: Selection<UpdateDeviceRow>): BulkActions => ({
    primary: [
      bulkStart("updates.install", selection, () => {
        installMany({ ...selected(selection, list.filter), clear: selection.clear });
      }),
      bulkStart("updates.scan", selection),
    ],
    more: [bulkStart("system.restart", selection)],
  });
  const scanAll = (): void => {
    start({
      kind: "updates.scan",
      params: {},
      target: matching(list.filter, total),
      hosts: list.page.data?.items.map((device) => device.hostname) ?? [],
      count: total,
      confirm: true,
    });
  };

  return (
    <>
      <PageHeader title={t("updates:title")} note={list.page.data ? t("common:devices", { count: total }) : undefined}>
        <IncompleteScans
          onShow={() => {
            list.handle.filter("scan", "incomplete");
          }}
        />
        {can("task:create", scope.tenant) ? (
          <Button leftSection={<IconRadar2 size={ICON} />} disabled={total === 0} onClick={scanAll}>
            {t("updates:scanAll")}
          </Button>
        ) : null}
      </PageHeader>
      <ListGrid
        of={list}
        label={t("updates:title")}
        columns={columns}
        filters={filters}
        searchLabel={t("common:searchDevices")}
        rowName={(device) => device.hostname}
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
