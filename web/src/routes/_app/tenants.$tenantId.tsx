import { createFileRoute } from "@tanstack/react-router";
import { sitesList, tenantQuery } from "@/features/tenancy/api.ts";
import { TenantPage } from "@/features/tenancy/pages/TenantPage.tsx";
import { validateList } from "@/ui/DataGrid/index.ts";

export const Route = createFileRoute("/_app/tenants/$tenantId")({
  validateSearch: (raw: Record<string, unknown>) => validateList(sitesList, raw),
  loader: ({ context, params }) => context.queryClient.ensureQueryData(tenantQuery(params.tenantId)),
  component: Page,
});

function Page() {
  return <TenantPage tenantId={Route.useParams().tenantId} />;
}
