import { createFileRoute } from "@tanstack/react-router";
import { jobsList } from "@/features/tasks/api.ts";
import { JobsPage } from "@/features/tasks/pages/JobsPage.tsx";

export const Route = createFileRoute("/_app/jobs/")({
  validateSearch: jobsList.validate,
  component: JobsPage,
});
