import { ActionIcon, Menu, useComputedColorScheme } from "@mantine/core";
import { IconDeviceDesktop, IconMoon, IconSun } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Theme } from "@/api/types.ts";
import { useMe } from "@/domain/me.ts";
import { usePreferenceActions } from "@/domain/preferences.ts";

export const THEMES = [
  { value: "light", icon: IconSun },
  { value: "dark", icon: IconMoon },
  { value: "system", icon: IconDeviceDesktop },
] as const satisfies readonly { value: Theme; icon: typeof IconSun }[];

export function ThemeMenu() {
  const { t } = useTranslation("common");
  const { theme } = useMe();
  const { changeTheme } = usePreferenceActions();
  const dark = useComputedColorScheme("light") === "dark";
  return (
    <Menu>
      <Menu.Target>
        <ActionIcon size={34} aria-label={t("theme.label")}>
          {dark ? <IconMoon size={18} /> : <IconSun size={18} />}
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.RadioGroup
          value={theme}
          onChange={(value) => {
            changeTheme(value as Theme);
          }}
        >
          {THEMES.map(({ value, icon: Shape }) => (
            <Menu.RadioItem key={value} value={value} closeMenuOnClick rightSection={<Shape size={16} />}>
              {t(`theme.${value}`)}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
      </Menu.Dropdown>
    </Menu>
  );
}
