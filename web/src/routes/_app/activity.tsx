import { createFileRoute } from "@tanstack/react-router";
import { activityList } from "@/features/tasks/api.ts";
import { ActivityPage } from "@/features/tasks/pages/ActivityPage.tsx";

export const Route = createFileRoute("/_app/activity")({
  validateSearch: activityList.validate,
  component: ActivityPage,
});
