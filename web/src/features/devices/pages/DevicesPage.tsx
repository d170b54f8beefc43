import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconMapPin, IconPlus, IconRadar2 } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { DeviceRow } from "@/api/types.ts";
import { deviceFilterParams, useDeviceFilters, type DeviceFilterKey } from "@/domain/devices/deviceFilters.ts";
import { useCan, useDenial } from "@/domain/permissions.ts";
import { useScope } from "@/domain/scope.ts";
import { selected } from "@/domain/startJob/target.ts";
import { useStartJob } from "@/domain/startJob/context.ts";
import { DataGrid, useListState, type BulkActions, type Selection } from "@/ui/DataGrid/index.ts";
import { PageHeader } from "@/ui/PageHeader.tsx";
import { devicesList, devicesQuery } from "../api.ts";
import { useDevicesColumns } from "../components/columns.tsx";
import { DeviceMenu } from "../components/DeviceMenu.tsx";
import { MoveDialog, type MoveRequest } from "../components/MoveDialog.tsx";

const FILTERS: readonly DeviceFilterKey[] = ["online", "os", "pending", "restart", "status"];
const ICON = 16;

export function DevicesPage() {
  const { t } = useTranslation(["devices", "common", "kinds"]);
  const list = useListState(devicesList);
  const scope = useScope();
  const page = useQuery(devicesQuery(list.state, scope.params));
  const columns = useDevicesColumns();
  const filters = useDeviceFilters(FILTERS);
  const can = useCan();
  const denial = useDenial();
  const { start } = useStartJob();
  const [moving, move] = useState<MoveRequest | null>(null);

  const filter = { ...deviceFilterParams(list.state), ...scope.params };
  const bulk = (selection: Selection<DeviceRow>): BulkActions => ({
    primary: [
      {
        id: "scan",
        label: t("kinds:updates.scan.action"),
        icon: <IconRadar2 size={ICON} />,
        disabledReason: denial("task:create", scope.tenant),
        run: () => {
          start({ kind: "updates.scan", params: {}, ...selected(selection, filter) });
        },
      },
      {
        id: "move",
        label: t("devices:action.move"),
        icon: <IconMapPin size={ICON} />,
        // Moving names its devices one by one; only the pages seen are known by name.
        disabledReason: denial("device:update", scope.tenant) ?? (selection.all ? t("devices:move.notAll") : undefined),
        run: () => {
          move({ devices: selection.rows, clear: selection.clear });
        },
      },
    ],
  });

  return (
    <>
      <PageHeader
        title={t("devices:title")}
        note={page.data ? t("common:devices", { count: page.data.total }) : undefined}
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
      <DataGrid
        id="devices"
        label={t("devices:title")}
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
          <DeviceMenu
            device={device}
            onMove={() => {
              move({ devices: [device] });
            }}
          />
        )}
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
      <MoveDialog
        request={moving}
        onClose={() => {
          move(null);
        }}
      />
    </>
  );
}
