import { Tabs } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Permission } from "@/api/types.ts";
import { useCan } from "@/domain/permissions.ts";

interface SettingsPlace {
  to: "/safety" | "/enrollment";
  key: "limits" | "enrollment";
  permission: Permission;
}

const PLACES: readonly SettingsPlace[] = [
  { to: "/safety", key: "limits", permission: "safety:read" },
  { to: "/enrollment", key: "enrollment", permission: "token:read" },
];

/** The pages of the settings that the reader may open, in their order. */
export function useSettingsPlaces(): SettingsPlace[] {
  const can = useCan();
  return PLACES.filter(({ permission }) => can(permission));
}

/** Switches between the pages of the settings; nothing where there is only one. */
export function SettingsTabs({ current }: { current: SettingsPlace["key"] }) {
  const { t } = useTranslation("shell");
  const navigate = useNavigate();
  const places = useSettingsPlaces();
  if (places.length < 2) return null;
  return (
    <Tabs
      value={current}
      onChange={(value) => {
        const place = places.find(({ key }) => key === value);
        if (place) void navigate({ to: place.to });
      }}
    >
      <Tabs.List aria-label={t("section.settings")}>
        {places.map(({ key }) => (
          <Tabs.Tab key={key} value={key}>
            {t(`settings.${key}`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
    </Tabs>
  );
}
