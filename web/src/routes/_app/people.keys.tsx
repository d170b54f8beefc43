import { createFileRoute } from "@tanstack/react-router";
import { keysList } from "@/features/people/api.ts";
import { KeysPage } from "@/features/people/pages/KeysPage.tsx";

export const Route = createFileRoute("/_app/people/keys")({
  validateSearch: keysList.validate,
  component: KeysPage,
});
