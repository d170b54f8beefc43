import { createFileRoute } from "@tanstack/react-router";
import { jobQuery, jobTasksList } from "@/features/tasks/api.ts";
import { JobPage } from "@/features/tasks/pages/JobPage.tsx";

export const Route = createFileRoute("/_app/jobs/$jobId")({
  validateSearch: jobTasksList.validate,
  loader: ({ context, params }) => context.queryClient.ensureQueryData(jobQuery(params.jobId)),
  component: Page,
});

function Page() {
  return <JobPage jobId={Route.useParams().jobId} />;
}
