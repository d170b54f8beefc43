import { createFileRoute, redirect } from "@tanstack/react-router";
import { rememberedScope } from "@/domain/scope.ts";

export const Route = createFileRoute("/_app/")({
  beforeLoad: ({ search }) => {
    throw redirect({ to: "/devices", search: search.tenant === undefined ? rememberedScope() : search, replace: true });
  },
});
