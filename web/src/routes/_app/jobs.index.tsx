import { createFileRoute } from "@tanstack/react-router";
import { jobsList } from "@/features/tasks/api.ts";
import { JobsPage } from "@/features/tasks/pages/JobsPage.tsx";
import { validateList } from "@/ui/DataGrid/index.ts";

export const Route = createFileRoute("/_app/jobs/")({
  validateSearch: (raw: Record<string, unknown>) => validateList(jobsList, raw),
  component: JobsPage,
});
