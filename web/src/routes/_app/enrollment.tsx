import { createFileRoute } from "@tanstack/react-router";
import { SettingsTabs } from "@/app/shell/SettingsTabs.tsx";
import type { ListSearch } from "@/api/list.ts";
import { tokensList } from "@/features/enrollment/api.ts";
import { EnrollmentPage } from "@/features/enrollment/pages/EnrollmentPage.tsx";

/** `new` opens the window that makes a token: other pages link straight to it. */
type Search = ListSearch & { state?: string; new?: boolean };

export const Route = createFileRoute("/_app/enrollment")({
  validateSearch: (raw: Record<string, unknown>): Search => ({
    ...tokensList.validate(raw),
    ...(raw["new"] === true ? { new: true } : {}),
  }),
  component: Page,
});

function Page() {
  return (
    <>
      <SettingsTabs current="enrollment" />
      <EnrollmentPage />
    </>
  );
}
