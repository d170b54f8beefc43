import { createFileRoute } from "@tanstack/react-router";
import type { ListSearch } from "@/api/list.ts";
import { windowsList } from "@/features/windows/api.ts";
import { WindowsPage } from "@/features/windows/pages/WindowsPage.tsx";

type Search = ListSearch & { kind?: string; class?: string };

export const Route = createFileRoute("/_app/windows")({
  validateSearch: (raw: Record<string, unknown>): Search => windowsList.validate(raw),
  component: WindowsPage,
});
