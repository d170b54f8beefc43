import { createFileRoute } from "@tanstack/react-router";
import { membersList } from "@/features/people/api.ts";
import { MembersPage } from "@/features/people/pages/MembersPage.tsx";
import { validateList } from "@/ui/DataGrid/index.ts";

export const Route = createFileRoute("/_app/people/")({
  validateSearch: (raw: Record<string, unknown>) => validateList(membersList, raw),
  component: MembersPage,
});
