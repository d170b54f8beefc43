import { Tabs } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useCan } from "@/domain/permissions.ts";

const TABS = [
  { value: "members", to: "/people" },
  { value: "invitations", to: "/people/invitations" },
  { value: "keys", to: "/people/keys" },
  { value: "roles", to: "/people/roles" },
] as const;

/** People and programs of the tenants, and what each role may do. */
export function PeopleTabs({ current }: { current: (typeof TABS)[number]["value"] }) {
  const { t } = useTranslation("people");
  const can = useCan();
  const navigate = useNavigate();
  const shown = TABS.filter(({ value }) => value !== "keys" || can("api_key:read"));
  return (
    <Tabs
      value={current}
      onChange={(value) => {
        const tab = TABS.find((one) => one.value === value);
        if (tab) void navigate({ to: tab.to });
      }}
    >
      <Tabs.List>
        {shown.map(({ value }) => (
          <Tabs.Tab key={value} value={value}>
            {t(`tab.${value}`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
    </Tabs>
  );
}
