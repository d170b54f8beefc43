import { createFileRoute } from "@tanstack/react-router";
import { updatesList } from "@/features/updates/api.ts";
import { UpdatesPage } from "@/features/updates/pages/UpdatesPage.tsx";

export const Route = createFileRoute("/_app/updates/")({
  validateSearch: updatesList.validate,
  component: UpdatesPage,
});
