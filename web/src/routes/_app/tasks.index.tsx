import { createFileRoute, redirect } from "@tanstack/react-router";

/** The list of tasks was a page of its own; its filters are those of Activity. */
export const Route = createFileRoute("/_app/tasks/")({
  beforeLoad: ({ search }) => {
    throw redirect({ to: "/activity", search, replace: true });
  },
});
