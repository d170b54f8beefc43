import { createFileRoute } from "@tanstack/react-router";
import { SignInPage } from "@/features/session/pages/SignInPage.tsx";

export const Route = createFileRoute("/sign-in")({
  validateSearch: (raw: Record<string, unknown>): { next?: string; expired?: boolean } => ({
    ...(typeof raw["next"] === "string" ? { next: raw["next"] } : {}),
    ...(raw["expired"] === true ? { expired: true } : {}),
  }),
  component: Page,
});

function Page() {
  const { next, expired = false } = Route.useSearch();
  return <SignInPage next={next} expired={expired} />;
}
