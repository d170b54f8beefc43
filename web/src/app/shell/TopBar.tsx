import { ActionIcon, SegmentedControl, Tooltip, UnstyledButton } from "@mantine/core";
import { spotlight } from "@mantine/spotlight";
import { IconMenu2, IconSearch } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Language } from "@/api/types.ts";
import { usePreferenceActions } from "@/domain/preferences.ts";
import { Logo } from "@/ui/Logo.tsx";
import { ScopeSwitcher } from "./ScopeSwitcher.tsx";
import classes from "./shell.module.css";
import { ThemeMenu } from "./ThemeMenu.tsx";
import { UserMenu } from "./UserMenu.tsx";

const LANGUAGE_NAMES = [
  { value: "pl", label: "PL" },
  { value: "en", label: "EN" },
];

function LanguageSwitch() {
  const { t, i18n } = useTranslation("common");
  const { changeLanguage } = usePreferenceActions();
  return (
    <SegmentedControl
      size="xs"
      aria-label={t("language")}
      data={LANGUAGE_NAMES}
      value={i18n.language}
      onChange={(value) => {
        changeLanguage(value as Language);
      }}
    />
  );
}

function PaletteButton() {
  const { t } = useTranslation("shell");
  return (
    <>
      <UnstyledButton className={classes.palette} onClick={spotlight.open}>
        <IconSearch size={16} aria-hidden />
        <span>{t("palette.open")}</span>
        <kbd>{t("palette.keys")}</kbd>
      </UnstyledButton>
      <Tooltip label={t("palette.open")}>
        <ActionIcon size={34} className={classes.paletteSmall} aria-label={t("palette.open")} onClick={spotlight.open}>
          <IconSearch size={18} />
        </ActionIcon>
      </Tooltip>
    </>
  );
}

export function TopBar({ onMenu }: { onMenu: () => void }) {
  const { t } = useTranslation(["shell", "common"]);
  return (
    <header className={classes.top}>
      <ActionIcon size={34} className={classes.burger} aria-label={t("openMenu")} onClick={onMenu}>
        <IconMenu2 size={18} />
      </ActionIcon>
      <Link to="/" className={classes.brand}>
        <Logo />
        <span>{t("common:brand")}</span>
      </Link>
      <ScopeSwitcher />
      <PaletteButton />
      <div className={classes.topEnd}>
        <div className={classes.languages}>
          <LanguageSwitch />
        </div>
        <ThemeMenu />
        <UserMenu />
      </div>
    </header>
  );
}
