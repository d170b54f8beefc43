import { createFileRoute } from "@tanstack/react-router";
import { catalogList } from "@/features/updates/api.ts";
import { CatalogPage } from "@/features/updates/pages/CatalogPage.tsx";

export const Route = createFileRoute("/_app/updates/catalog")({
  validateSearch: catalogList.validate,
  component: CatalogPage,
});
