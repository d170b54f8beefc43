import { createFileRoute } from "@tanstack/react-router";
import { tasksList } from "@/features/tasks/api.ts";
import { TasksPage } from "@/features/tasks/pages/TasksPage.tsx";

export const Route = createFileRoute("/_app/tasks/")({
  validateSearch: tasksList.validate,
  component: TasksPage,
});
