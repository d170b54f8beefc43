import { createFileRoute } from "@tanstack/react-router";
import { tasksList } from "@/features/tasks/api.ts";
import { TasksPage } from "@/features/tasks/pages/TasksPage.tsx";
import { validateList } from "@/ui/DataGrid/index.ts";

export const Route = createFileRoute("/_app/tasks/")({
  validateSearch: (raw: Record<string, unknown>) => validateList(tasksList, raw),
  component: TasksPage,
});
