import { createFileRoute } from "@tanstack/react-router";
import type { ListSearch } from "@/api/list.ts";
import { deviceQuery, softwareList } from "@/features/devices/api.ts";
import { DevicePage } from "@/features/devices/pages/DevicePage.tsx";
import { DEVICE_TABS, type DeviceTab } from "@/features/devices/tabs.ts";
import { deviceTasksList } from "@/features/tasks/api.ts";
import { DeviceTasksGrid } from "@/features/tasks/components/TasksGrid.tsx";
import { DeviceUpdates } from "@/features/updates/components/DeviceUpdates.tsx";

type Search = ListSearch & { tab?: DeviceTab; state?: string; kind?: string };

/** Each tab with a list validates the address by that list. */
function validateSearch(raw: Record<string, unknown>): Search {
  const tab = DEVICE_TABS.find((name) => name === raw["tab"]);
  if (tab === "software") return { tab, ...softwareList.validate(raw) };
  if (tab === "tasks") return { tab, ...deviceTasksList.validate(raw) };
  return tab === undefined || tab === "overview" ? {} : { tab };
}

export const Route = createFileRoute("/_app/devices/$deviceId")({
  validateSearch,
  loader: ({ context, params }) => context.queryClient.ensureQueryData(deviceQuery(params.deviceId)),
  component: Page,
});

function Page() {
  const { deviceId } = Route.useParams();
  const { tab = "overview" } = Route.useSearch();
  return (
    <DevicePage
      deviceId={deviceId}
      tab={tab}
      updates={(device) => <DeviceUpdates device={device} />}
      tasks={<DeviceTasksGrid deviceId={deviceId} />}
    />
  );
}
