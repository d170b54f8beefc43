import { ActionIcon, Tooltip } from "@mantine/core";
import { IconLayoutSidebarLeftCollapse, IconLayoutSidebarLeftExpand } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Logo } from "@/ui/Logo.tsx";
import { Navigation } from "./Navigation.tsx";
import { ScopeSwitcher } from "./ScopeSwitcher.tsx";
import classes from "./shell.module.css";

/** Brand, scope and menu; as icons alone where the reader wants the room. */
export function Sidebar({ collapsed, onToggle }: { collapsed: boolean; onToggle: () => void }) {
  const { t } = useTranslation(["shell", "common"]);
  const toggle = collapsed ? t("shell:expandMenu") : t("shell:collapseMenu");
  return (
    <aside className={classes.side}>
      <Link to="/" className={classes.brand} aria-label={t("common:brand")}>
        <Logo />
        {collapsed ? null : <span>{t("common:brand")}</span>}
      </Link>
      <ScopeSwitcher collapsed={collapsed} listens />
      <div className={classes.menu}>
        <Navigation collapsed={collapsed} />
      </div>
      <Tooltip label={toggle} position="right">
        <ActionIcon className={classes.toggle} size={32} aria-label={toggle} onClick={onToggle}>
          {collapsed ? <IconLayoutSidebarLeftExpand size={18} /> : <IconLayoutSidebarLeftCollapse size={18} />}
        </ActionIcon>
      </Tooltip>
    </aside>
  );
}
