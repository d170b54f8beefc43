import { createFileRoute, redirect } from "@tanstack/react-router";

/** The list of jobs was a page of its own. */
export const Route = createFileRoute("/_app/jobs/")({
  beforeLoad: ({ search }) => {
    throw redirect({ to: "/activity", search, replace: true });
  },
});
