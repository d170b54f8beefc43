import { Tabs } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

/** Work seen device by device (tasks) or wish by wish (jobs). */
export function WorkTabs({ current }: { current: "tasks" | "jobs" }) {
  const { t } = useTranslation("tasks");
  const navigate = useNavigate();
  return (
    <Tabs value={current} onChange={(value) => void navigate({ to: value === "jobs" ? "/jobs" : "/tasks" })}>
      <Tabs.List>
        <Tabs.Tab value="tasks">{t("tab.tasks")}</Tabs.Tab>
        <Tabs.Tab value="jobs">{t("tab.jobs")}</Tabs.Tab>
      </Tabs.List>
    </Tabs>
  );
}
