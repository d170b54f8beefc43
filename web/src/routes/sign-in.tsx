import { createFileRoute } from "@tanstack/react-router";
import { SignInPage } from "@/features/session/pages/SignInPage.tsx";

export const Route = createFileRoute("/sign-in")({
  validateSearch: (raw: Record<string, unknown>): { next?: string } =>
    typeof raw["next"] === "string" ? { next: raw["next"] } : {},
  component: Page,
});

function Page() {
  return <SignInPage next={Route.useSearch().next} />;
}
