import { createFileRoute } from "@tanstack/react-router";
import type { ListSearch } from "@/api/list.ts";
import { deviceQuery, softwareList } from "@/features/devices/api.ts";
import { DevicePage } from "@/features/devices/pages/DevicePage.tsx";
import { DEVICE_TABS, type DeviceTab } from "@/features/devices/tabs.ts";
import { deviceTasksList } from "@/features/tasks/api.ts";
import { LastOperations } from "@/features/tasks/components/LastOperations.tsx";
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
  const { tab } = Route.useSearch();
  return (
    <DevicePage
      deviceId={deviceId}
      // The router leaves in the address what the check above did not take: a tab of another version, say.
      tab={DEVICE_TABS.find((name) => name === tab) ?? "overview"}
      updates={(device) => <DeviceUpdates device={device} />}
      lastTasks={<LastOperations deviceId={deviceId} />}
      tasks={<DeviceTasksGrid deviceId={deviceId} />}
    />
  );
}
