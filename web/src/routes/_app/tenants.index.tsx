import { createFileRoute } from "@tanstack/react-router";
import { tenantsList } from "@/features/tenancy/api.ts";
import { TenantsPage } from "@/features/tenancy/pages/TenantsPage.tsx";

export const Route = createFileRoute("/_app/tenants/")({
  validateSearch: tenantsList.validate,
  component: TenantsPage,
});
