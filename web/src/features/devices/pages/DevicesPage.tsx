import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { DevicePeek } from "@/domain/devices/DevicePeek.tsx";
import { useDeviceFilterTexts } from "@/domain/devices/deviceFilters.ts";
import { targetOf, useBulkActions, useDeviceActions } from "@/domain/deviceActions/registry.tsx";
import { ListGrid } from "@/domain/list/ListGrid.tsx";
import { useList } from "@/domain/list/useList.ts";
import { useCan } from "@/domain/permissions.ts";
import { useScope } from "@/domain/scope.ts";
import { ViewTabs } from "@/domain/views/ViewTabs.tsx";
import { PageHeader } from "@/ui/PageHeader.tsx";
import { devicesList } from "../api.ts";
import { useDevicesColumns } from "../components/columns.tsx";

const ICON = 16;

export function DevicesPage() {
  const { t } = useTranslation(["devices", "common"]);
  const list = useList(devicesList);
  const scope = useScope();
  const columns = useDevicesColumns();
  const filters = useDeviceFilterTexts();
  const can = useCan();
  const bulk = useBulkActions(list.filter);
  const actions = useDeviceActions();

  return (
    <>
      <PageHeader
        title={t("devices:title")}
        note={list.page.data ? t("common:devices", { count: list.total }) : undefined}
      >
        {can("token:create", scope.tenant) ? (
          <Button
            component={Link}
            to="/enrollment"
            search={{ new: true } as never}
            leftSection={<IconPlus size={ICON} />}
          >
            {t("devices:add")}
          </Button>
        ) : null}
      </PageHeader>
      <ListGrid
        of={list}
        label={t("devices:title")}
        columns={columns}
        filters={filters}
        searchLabel={t("common:searchDevices")}
        rowName={(device) => device.hostname}
        bulk={bulk}
        rowActions={(device) => actions(targetOf(device))}
        peek={(device) => <DevicePeek device={device} />}
        top={<ViewTabs name="devices" />}
        empty={{
          title: t("devices:empty.title"),
          text: t("devices:empty.text"),
          action: can("token:create") ? (
            <Button component={Link} to="/enrollment" search={{ new: true } as never}>
              {t("devices:add")}
            </Button>
          ) : null,
        }}
      />
    </>
  );
}
