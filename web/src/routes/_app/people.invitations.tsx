import { createFileRoute } from "@tanstack/react-router";
import { invitationsList } from "@/features/people/api.ts";
import { InvitationsPage } from "@/features/people/pages/InvitationsPage.tsx";

export const Route = createFileRoute("/_app/people/invitations")({
  validateSearch: invitationsList.validate,
  component: InvitationsPage,
});
