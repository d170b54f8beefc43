import { createFileRoute } from "@tanstack/react-router";
import { devicesList } from "@/features/devices/api.ts";
import { DevicesPage } from "@/features/devices/pages/DevicesPage.tsx";

export const Route = createFileRoute("/_app/devices/")({
  validateSearch: devicesList.validate,
  component: DevicesPage,
});
