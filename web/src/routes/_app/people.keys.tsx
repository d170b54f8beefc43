import { createFileRoute } from "@tanstack/react-router";
import { keysList } from "@/features/people/api.ts";
import { KeysPage } from "@/features/people/pages/KeysPage.tsx";
import { validateList } from "@/ui/DataGrid/index.ts";

export const Route = createFileRoute("/_app/people/keys")({
  validateSearch: (raw: Record<string, unknown>) => validateList(keysList, raw),
  component: KeysPage,
});
