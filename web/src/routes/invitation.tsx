import { createFileRoute, useLocation } from "@tanstack/react-router";
import { InvitationPage } from "@/features/session/pages/InvitationPage.tsx";

export const Route = createFileRoute("/invitation")({ component: Page });

function Page() {
  return <InvitationPage token={useLocation().hash} />;
}
