import { createFileRoute } from "@tanstack/react-router";
import { sitesList, tenantQuery } from "@/features/tenancy/api.ts";
import { TenantPage } from "@/features/tenancy/pages/TenantPage.tsx";

export const Route = createFileRoute("/_app/tenants/$tenantId")({
  validateSearch: sitesList.validate,
  loader: ({ context, params }) => context.queryClient.ensureQueryData(tenantQuery(params.tenantId)),
  component: Page,
});

function Page() {
  return <TenantPage tenantId={Route.useParams().tenantId} />;
}
