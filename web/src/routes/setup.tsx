import { createFileRoute, useLocation } from "@tanstack/react-router";
import { SetupPage } from "@/features/session/pages/SetupPage.tsx";

export const Route = createFileRoute("/setup")({ component: Page });

function Page() {
  return <SetupPage code={useLocation().hash} />;
}
