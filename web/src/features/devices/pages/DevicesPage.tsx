import { Button } from "@mantine/core";
import { IconMapPin, IconPlus } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { DeviceRow } from "@/api/types.ts";
import { useDeviceFilterTexts } from "@/domain/devices/deviceFilters.ts";
import { ListGrid } from "@/domain/list/ListGrid.tsx";
import { useList } from "@/domain/list/useList.ts";
import { useCan, useDenial } from "@/domain/permissions.ts";
import { useScope } from "@/domain/scope.ts";
import { useBulkStart } from "@/domain/startJob/useBulkStart.tsx";
import { type BulkActions, type Selection } from "@/ui/DataGrid/index.ts";
import { PageHeader } from "@/ui/PageHeader.tsx";
import { devicesList } from "../api.ts";
import { useDevicesColumns } from "../components/columns.tsx";
import { DeviceMenu } from "../components/DeviceMenu.tsx";
import { MoveDialog, type MoveRequest } from "../components/MoveDialog.tsx";

const ICON = 16;

export function DevicesPage() {
  const { t } = useTranslation(["devices", "common", "kinds"]);
  const list = useList(devicesList);
  const scope = useScope();
  const columns = useDevicesColumns();
  const filters = useDeviceFilterTexts();
  const can = useCan();
  const denial = useDenial();
  const bulkStart = useBulkStart(list.filter);
  const [moving, move] = useState<MoveRequest | null>(null);

  const bulk = (selection: Selection<DeviceRow>): BulkActions => ({
    primary: [
      bulkStart("updates.scan", selection),
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
