import { UnstyledButton } from "@mantine/core";
import { IconMenu2, IconSearch } from "@tabler/icons-react";
import { Link, useRouterState } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { sectionOf, type Section } from "../navigation.ts";
import classes from "./navigation.module.css";
import { useSections } from "./useSections.ts";
import { palette } from "./paletteState.ts";

/** What is asked for most on the way; everything else stands behind "More". */
const SHOWN: readonly Section["key"][] = ["home", "devices", "activity"];

/** The menu of a phone: below the thumb, instead of behind a button at the top. */
export function BottomBar({ onMore }: { onMore: () => void }) {
  const { t } = useTranslation("shell");
  const path = useRouterState({ select: (state) => state.location.pathname });
  const current = sectionOf(path)?.key;
  const sections = useSections().filter(({ key }) => SHOWN.includes(key));
  return (
    <nav aria-label={t("bottomBar")} className={classes.bottom}>
      {sections.map(({ to, key, icon: Shape }) => (
        <Link
          key={key}
          to={to}
          className={classes.tab}
          data-active={key === current || undefined}
          aria-current={key === current ? "page" : undefined}
        >
          <Shape size={20} stroke={1.6} aria-hidden />
          <span>{t(`section.${key}`)}</span>
        </Link>
      ))}
      <UnstyledButton className={classes.tab} onClick={palette.open}>
        <IconSearch size={20} stroke={1.6} aria-hidden />
        <span>{t("search")}</span>
      </UnstyledButton>
      <UnstyledButton className={classes.tab} onClick={onMore}>
        <IconMenu2 size={20} stroke={1.6} aria-hidden />
        <span>{t("more")}</span>
      </UnstyledButton>
    </nav>
  );
}
