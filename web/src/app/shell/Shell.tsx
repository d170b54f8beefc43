import { Drawer, useMantineColorScheme } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQueryClient } from "@tanstack/react-query";
import { Outlet, useRouterState } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { connectLive } from "@/api/live.ts";
import { useMe } from "@/domain/me.ts";
import { KEEP_TRANSITIONS, toScheme } from "@/domain/preferences.ts";
import { StartJobProvider } from "@/domain/startJob/StartJobProvider.tsx";
import { setLanguage } from "@/i18n/index.ts";
import { GridOwner } from "@/ui/DataGrid/index.ts";
import { CommandPalette } from "./CommandPalette.tsx";
import { FreezeBanner } from "./FreezeBanner.tsx";
import { LiveNote } from "./LiveNote.tsx";
import { Navigation } from "./Navigation.tsx";
import classes from "./shell.module.css";
import { Shortcuts } from "./Shortcuts.tsx";
import { StepUpDialog } from "./StepUpDialog.tsx";
import { TopBar } from "./TopBar.tsx";

/** The frame of every page after signing in. */
export function Shell() {
  const { t } = useTranslation(["shell", "common"]);
  const me = useMe();
  const client = useQueryClient();
  const { setColorScheme } = useMantineColorScheme(KEEP_TRANSITIONS);
  const [menu, { open, close }] = useDisclosure(false);
  const path = useRouterState({ select: (state) => state.location.pathname });

  useEffect(() => connectLive(client), [client]);
  useEffect(() => {
    void setLanguage(me.language);
  }, [me.language]);
  useEffect(() => {
    setColorScheme(toScheme(me.theme));
  }, [me.theme, setColorScheme]);
  // A new page starts at its top, and on a phone its menu has done its work.
  useEffect(() => {
    close();
  }, [path, close]);

  return (
    <GridOwner value={me.id}>
      <StartJobProvider>
        <a href="#main" className={classes.skip}>
          {t("skip")}
        </a>
        <div className={classes.frame}>
          <TopBar onMenu={open} />
          <aside className={classes.side}>
            <Navigation />
          </aside>
          <Drawer
            opened={menu}
            onClose={close}
            position="left"
            size={260}
            title={t("common:brand")}
            closeButtonProps={{ "aria-label": t("closeMenu") }}
          >
            <Navigation />
          </Drawer>
          <main id="main" className={classes.main} tabIndex={-1}>
            <LiveNote />
            <FreezeBanner />
            <Outlet />
          </main>
        </div>
        <CommandPalette />
        <Shortcuts />
        <StepUpDialog />
      </StartJobProvider>
    </GridOwner>
  );
}
