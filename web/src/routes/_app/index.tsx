import { createFileRoute, redirect } from "@tanstack/react-router";
import { rememberedScope } from "@/domain/scope.ts";
import { EntryLines } from "@/features/audit/components/EntryLines.tsx";
import { HomePage } from "@/features/home/pages/HomePage.tsx";

export const Route = createFileRoute("/_app/")({
  // Whoever comes without an address comes back to the customer that they were at.
  beforeLoad: ({ search }) => {
    const kept = rememberedScope();
    if (search.tenant === undefined && kept.tenant !== undefined)
      throw redirect({ to: "/", search: kept, replace: true });
  },
  component: Page,
});

function Page() {
  return <HomePage people={(entries) => <EntryLines entries={entries} />} />;
}
