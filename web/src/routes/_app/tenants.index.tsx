import { createFileRoute } from "@tanstack/react-router";
import { tenantsList } from "@/features/tenancy/api.ts";
import { TenantsPage } from "@/features/tenancy/pages/TenantsPage.tsx";
import { validateList } from "@/ui/DataGrid/index.ts";

export const Route = createFileRoute("/_app/tenants/")({
  validateSearch: (raw: Record<string, unknown>) => validateList(tenantsList, raw),
  component: TenantsPage,
});
