import { Spotlight, type SpotlightActionData, type SpotlightActionGroupData } from "@mantine/spotlight";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { IconKeyboard, IconLanguage, IconPlus, IconSearch, IconServer, IconUser } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "@/api/client.ts";
import type { Page } from "@/api/page.ts";
import type { DeviceRow } from "@/api/types.ts";
import { useCan } from "@/domain/permissions.ts";
import { usePreferenceActions } from "@/domain/preferences.ts";
import { LANGUAGES } from "@/i18n/index.ts";
import { openShortcutHelp } from "./signals.ts";
import { THEMES } from "./ThemeMenu.tsx";
import { useSections } from "./useSections.ts";

const DEVICES_SHOWN = 6;
const ICON = { size: 18, stroke: 1.6 } as const;

function useDeviceActions(typed: string): SpotlightActionData[] {
  const { t } = useTranslation("common");
  const navigate = useNavigate();
  const [query] = useDebouncedValue(typed.trim(), 200);
  const { data } = useQuery({
    queryKey: ["devices", "palette", query],
    queryFn: ({ signal }) =>
      unwrap<Page<DeviceRow>>(
        api.GET("/api/v1/devices", { params: { query: { q: query, limit: DEVICES_SHOWN } }, signal }),
      ),
    enabled: query.length >= 2,
    placeholderData: keepPreviousData,
  });
  if (query.length < 2) return [];
  return (data?.items ?? []).map((device) => ({
    id: `device-${device.id}`,
    label: device.hostname,
    description: t("place", { tenant: device.tenant_name, site: device.site_name }),
    // The server matches more than the name; whatever it found must pass the palette's own filter too.
    keywords: [query],
    leftSection: <IconServer {...ICON} />,
    onClick: () => void navigate({ to: "/devices/$deviceId", params: { deviceId: device.id } }),
  }));
}

function usePageActions(): SpotlightActionData[] {
  const { t } = useTranslation("shell");
  const navigate = useNavigate();
  const pages = useSections().map(({ to, key, icon: Shape }) => ({
    id: `page-${key}`,
    label: t(`section.${key}`),
    leftSection: <Shape {...ICON} />,
    onClick: () => void navigate({ to }),
  }));
  return [
    ...pages,
    {
      id: "page-profile",
      label: t("user.profile"),
      leftSection: <IconUser {...ICON} />,
      onClick: () => void navigate({ to: "/profile" }),
    },
  ];
}

function useOtherActions(): SpotlightActionData[] {
  const { t } = useTranslation(["shell", "common"]);
  const navigate = useNavigate();
  const can = useCan();
  const { changeLanguage, changeTheme } = usePreferenceActions();
  const create: SpotlightActionData[] = can("token:create")
    ? [
        {
          id: "new-token",
          label: t("palette.newToken"),
          leftSection: <IconPlus {...ICON} />,
          onClick: () => void navigate({ to: "/enrollment", search: { new: true } }),
        },
      ]
    : [];
  return [
    ...create,
    ...LANGUAGES.map((language) => ({
      id: `language-${language}`,
      label: t(`toLanguage.${language}`),
      leftSection: <IconLanguage {...ICON} />,
      onClick: () => {
        changeLanguage(language);
      },
    })),
    ...THEMES.map(({ value, icon: Shape }) => ({
      id: `theme-${value}`,
      label: t("palette.theme", { theme: t(`common:theme.${value}`) }),
      leftSection: <Shape {...ICON} />,
      onClick: () => {
        changeTheme(value);
      },
    })),
    {
      id: "shortcuts",
      label: t("shortcuts.title"),
      leftSection: <IconKeyboard {...ICON} />,
      onClick: openShortcutHelp,
    },
  ];
}

/** Ctrl+K: pages, devices by name, and what can be done from anywhere. */
export function CommandPalette() {
  const { t } = useTranslation("shell");
  const [typed, setTyped] = useState("");
  const devices = useDeviceActions(typed);
  const pages = usePageActions();
  const others = useOtherActions();
  const groups: SpotlightActionGroupData[] = [
    { group: t("palette.devices"), actions: devices },
    { group: t("palette.pages"), actions: pages },
    { group: t("palette.actions"), actions: others },
  ].filter(({ actions }) => actions.length > 0);
  return (
    <Spotlight
      actions={groups}
      query={typed}
      onQueryChange={setTyped}
      shortcut="mod + K"
      lockScroll={false}
      overlayProps={{ blur: 0, backgroundOpacity: 0.45 }}
      attributes={{ content: { "aria-label": t("palette.open") } }}
      highlightQuery
      scrollable
      maxHeight={420}
      nothingFound={t("palette.nothing")}
      searchProps={{
        leftSection: <IconSearch size={18} />,
        placeholder: t("palette.placeholder"),
        "aria-label": t("palette.placeholder"),
      }}
    />
  );
}
