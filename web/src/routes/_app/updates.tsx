import { createFileRoute } from "@tanstack/react-router";
import { updatesList } from "@/features/updates/api.ts";
import { UpdatesPage } from "@/features/updates/pages/UpdatesPage.tsx";
import { validateList } from "@/ui/DataGrid/index.ts";

export const Route = createFileRoute("/_app/updates")({
  validateSearch: (raw: Record<string, unknown>) => validateList(updatesList, raw),
  component: UpdatesPage,
});
