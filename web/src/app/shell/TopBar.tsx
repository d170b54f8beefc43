import { SegmentedControl, UnstyledButton } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Language } from "@/api/types.ts";
import { usePreferenceActions } from "@/domain/preferences.ts";
import { ScopeSwitcher } from "./ScopeSwitcher.tsx";
import { palette } from "./paletteState.ts";
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
    <UnstyledButton className={classes.palette} onClick={palette.open}>
      <IconSearch size={16} aria-hidden />
      <span>{t("palette.open")}</span>
      <kbd>{t("palette.keys")}</kbd>
    </UnstyledButton>
  );
}

/** The strip above a page; on a phone it also says what the app is narrowed to. */
export function TopBar() {
  return (
    <header className={classes.top}>
      <div className={classes.topScope}>
        <ScopeSwitcher />
      </div>
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
