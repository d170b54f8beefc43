import { useTranslation } from "react-i18next";
import { PageHeader } from "@/ui/PageHeader.tsx";
import { TasksGrid } from "../components/TasksGrid.tsx";
import { WorkTabs } from "../components/WorkTabs.tsx";

export function TasksPage() {
  const { t } = useTranslation("tasks");
  return (
    <>
      <PageHeader title={t("title")} />
      <WorkTabs current="tasks" />
      <TasksGrid />
    </>
  );
}
