import { createFileRoute } from "@tanstack/react-router";
import { SettingsTabs } from "@/app/shell/SettingsTabs.tsx";
import { SafetyPage } from "@/features/safety/pages/SafetyPage.tsx";

export const Route = createFileRoute("/_app/safety")({ component: Page });

function Page() {
  return (
    <>
      <SettingsTabs current="limits" />
      <SafetyPage />
    </>
  );
}
