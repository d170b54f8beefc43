import { createFileRoute, useLocation } from "@tanstack/react-router";
import { ResetPasswordPage } from "@/features/session/pages/ResetPasswordPage.tsx";

export const Route = createFileRoute("/reset-password")({ component: Page });

function Page() {
  return <ResetPasswordPage token={useLocation().hash} />;
}
