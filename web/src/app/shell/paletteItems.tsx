import type { SpotlightActionData } from "@mantine/spotlight";
import { IconKeyboard, IconLanguage, IconPlus, IconUser } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useCan } from "@/domain/permissions.ts";
import { usePreferenceActions } from "@/domain/preferences.ts";
import { LANGUAGES } from "@/i18n/index.ts";
import { openShortcutHelp } from "./signals.ts";
import { THEMES } from "./ThemeMenu.tsx";
import { useSections } from "./useSections.ts";

const ICON = { size: 18, stroke: 1.6 } as const;

/** The pages of the navigation. */
export function usePages(): SpotlightActionData[] {
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

/** What can be done from anywhere. */
export function useCommands(): SpotlightActionData[] {
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
