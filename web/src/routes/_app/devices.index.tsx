import { createFileRoute } from "@tanstack/react-router";
import { devicesList } from "@/features/devices/api.ts";
import { DevicesPage } from "@/features/devices/pages/DevicesPage.tsx";
import { validateList } from "@/ui/DataGrid/index.ts";

export const Route = createFileRoute("/_app/devices/")({
  validateSearch: (raw: Record<string, unknown>) => validateList(devicesList, raw),
  component: DevicesPage,
});
