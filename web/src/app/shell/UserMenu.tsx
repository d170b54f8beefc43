import { Avatar, Menu, UnstyledButton } from "@mantine/core";
import { IconKeyboard, IconLanguage, IconLogout, IconUser } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMe } from "@/domain/me.ts";
import { usePreferenceActions } from "@/domain/preferences.ts";
import { useSignOut } from "../session.ts";
import classes from "./shell.module.css";
import { openShortcutHelp } from "./signals.ts";

function initials(name: string): string {
  return name
    .split(/\s+/)
    .filter(Boolean)
    .slice(0, 2)
    .map((word) => word[0]?.toLocaleUpperCase() ?? "")
    .join("");
}

export function UserMenu() {
  const { t, i18n } = useTranslation("shell");
  const me = useMe();
  const signOut = useSignOut();
  const { changeLanguage } = usePreferenceActions();
  const other = i18n.language === "pl" ? "en" : "pl";
  return (
    <Menu width={230}>
      <Menu.Target>
        <UnstyledButton className={classes.avatar}>
          <Avatar size={30} radius="xl" color="brand">
            {initials(me.name)}
          </Avatar>
          <span className="visually-hidden">{t("user.menu", { name: me.name })}</span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label className={classes.who}>
          <strong>{me.name}</strong>
          <span className="second-line">{me.email}</span>
        </Menu.Label>
        <Menu.Divider />
        <Menu.Item component={Link} to="/profile" leftSection={<IconUser size={16} />}>
          {t("user.profile")}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconLanguage size={16} />}
          onClick={() => {
            changeLanguage(other);
          }}
        >
          {t(`toLanguage.${other}`)}
        </Menu.Item>
        <Menu.Item leftSection={<IconKeyboard size={16} />} onClick={openShortcutHelp}>
          {t("shortcuts.title")}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconLogout size={16} />}
          onClick={() => {
            signOut.mutate();
          }}
        >
          {t("user.signOut")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
