import { Drawer, useMantineColorScheme } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQueryClient } from "@tanstack/react-query";
import { Outlet, useRouterState } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { connectLive } from "@/api/live.ts";
import { useMe } from "@/domain/me.ts";
import { KEEP_TRANSITIONS, toScheme } from "@/domain/preferences.ts";
import { useScope } from "@/domain/scope.ts";
import { StartJobProvider } from "@/domain/startJob/StartJobProvider.tsx";
import { setLanguage } from "@/i18n/index.ts";
import { GridOwner } from "@/ui/DataGrid/index.ts";
import { clearToasts } from "@/ui/toast.tsx";
import { BottomBar } from "./BottomBar.tsx";
import { FreezeBanner } from "./FreezeBanner.tsx";
import { LiveNote } from "./LiveNote.tsx";
import { Navigation } from "./Navigation.tsx";
import { Palette } from "./Palette.tsx";
import classes from "./shell.module.css";
import { Shortcuts } from "./Shortcuts.tsx";
import { Sidebar } from "./Sidebar.tsx";
import { useCollapsed } from "./sidebarState.ts";
import { StepUpDialog } from "./StepUpDialog.tsx";
import { TopBar } from "./TopBar.tsx";

/** The frame of every page after signing in. */
export function Shell() {
  const { t } = useTranslation("shell");
  const me = useMe();
  const client = useQueryClient();
  const { setColorScheme } = useMantineColorScheme(KEEP_TRANSITIONS);
  const { tenant } = useScope();
  const [collapsed, toggle] = useCollapsed();
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
    return clearToasts;
  }, [path, close]);

  return (
    <GridOwner value={me.id}>
      <StartJobProvider>
        <a href="#main" className={classes.skip}>
          {t("skip")}
        </a>
        <div
          className={classes.frame}
          data-collapsed={collapsed || undefined}
          data-scoped={tenant !== undefined || undefined}
        >
          <Sidebar collapsed={collapsed} onToggle={toggle} />
          <TopBar />
          <Drawer
            opened={menu}
            onClose={close}
            position="bottom"
            size="80%"
            title={t("more")}
            closeButtonProps={{ "aria-label": t("closeMenu") }}
          >
            <Navigation />
          </Drawer>
          <main id="main" className={classes.main} tabIndex={-1}>
            <LiveNote />
            <FreezeBanner />
            <Outlet />
          </main>
          <BottomBar onMore={open} />
        </div>
        <Palette />
        <Shortcuts />
        <StepUpDialog />
      </StartJobProvider>
    </GridOwner>
  );
}
