import { createFileRoute, Navigate } from "@tanstack/react-router";
import { useSettingsPlaces } from "@/app/shell/SettingsTabs.tsx";
import { NotFoundPage } from "@/ui/RoutePages.tsx";

export const Route = createFileRoute("/_app/settings")({ component: Page });

/** The first page of the settings that the reader may open. */
function Page() {
  const [first] = useSettingsPlaces();
  return first === undefined ? <NotFoundPage /> : <Navigate to={first.to} replace />;
}
