import { Button } from "@mantine/core";
import { IconRadar2 } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { DevicePeek } from "@/domain/devices/DevicePeek.tsx";
import { useDeviceFilterTexts } from "@/domain/devices/deviceFilters.ts";
import { targetOf, useBulkActions, useDeviceActions } from "@/domain/deviceActions/registry.tsx";
import { ListGrid } from "@/domain/list/ListGrid.tsx";
import { useList } from "@/domain/list/useList.ts";
import { useCan } from "@/domain/permissions.ts";
import { useScope } from "@/domain/scope.ts";
import { useStartJob } from "@/domain/startJob/context.ts";
import { matching } from "@/domain/startJob/target.ts";
import { ViewTabs } from "@/domain/views/ViewTabs.tsx";
import { PageHeader } from "@/ui/PageHeader.tsx";
import { updatesList } from "../api.ts";
import { useUpdatesColumns } from "../components/columns.tsx";
import { UpdatesTabs } from "../components/UpdatesTabs.tsx";
import { IncompleteScans } from "../components/IncompleteScans.tsx";

const ICON = 16;

/** The devices of the fleet and what each of them lacks. */
export function UpdatesPage() {
  const { t } = useTranslation(["updates", "common"]);
  const list = useList(updatesList);
  const scope = useScope();
  const columns = useUpdatesColumns();
  const filters = useDeviceFilterTexts();
  const can = useCan();
  const bulk = useBulkActions(list.filter);
  const actions = useDeviceActions();
  const { start } = useStartJob();
  const { total } = list;

  const scanAll = (): void => {
    start({
      kind: "updates.scan",
      target: matching(list.filter, total),
      hosts: list.page.data?.items.map((device) => device.hostname) ?? [],
      count: total,
    });
  };

  return (
    <>
      <PageHeader title={t("updates:title")} note={list.page.data ? t("common:devices", { count: total }) : undefined}>
        <IncompleteScans
          onShow={() => {
            list.handle.filter("completeness", "incomplete");
          }}
        />
        {can("task:create", scope.tenant) ? (
          <Button leftSection={<IconRadar2 size={ICON} />} disabled={total === 0} onClick={scanAll}>
            {t("updates:scanAll")}
          </Button>
        ) : null}
      </PageHeader>
      <UpdatesTabs active="devices" />
      <ListGrid
        of={list}
        label={t("updates:title")}
        columns={columns}
        filters={filters}
        searchLabel={t("common:searchDevices")}
        rowName={(device) => device.hostname}
        bulk={bulk}
        rowActions={(device) => actions(targetOf(device))}
        peek={(device) => <DevicePeek device={device} />}
        top={<ViewTabs name="updates" />}
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
    </>
  );
}
