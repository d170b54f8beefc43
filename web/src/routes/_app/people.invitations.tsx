import { createFileRoute } from "@tanstack/react-router";
import { invitationsList } from "@/features/people/api.ts";
import { InvitationsPage } from "@/features/people/pages/InvitationsPage.tsx";
import { validateList } from "@/ui/DataGrid/index.ts";

export const Route = createFileRoute("/_app/people/invitations")({
  validateSearch: (raw: Record<string, unknown>) => validateList(invitationsList, raw),
  component: InvitationsPage,
});
