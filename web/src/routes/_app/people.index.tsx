import { createFileRoute } from "@tanstack/react-router";
import { membersList } from "@/features/people/api.ts";
import { MembersPage } from "@/features/people/pages/MembersPage.tsx";

export const Route = createFileRoute("/_app/people/")({
  validateSearch: membersList.validate,
  component: MembersPage,
});
