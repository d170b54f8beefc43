import { createFileRoute } from "@tanstack/react-router";
import { taskQuery } from "@/features/tasks/api.ts";
import { TaskPage } from "@/features/tasks/pages/TaskPage.tsx";

export const Route = createFileRoute("/_app/tasks/$taskId")({
  loader: ({ context, params }) => context.queryClient.ensureQueryData(taskQuery(params.taskId)),
  component: Page,
});

function Page() {
  return <TaskPage taskId={Route.useParams().taskId} />;
}
