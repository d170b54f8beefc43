import { Tooltip } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useRouterState } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "@/api/client.ts";
import type { Page } from "@/api/page.ts";
import type { UpdateDeviceRow } from "@/api/types.ts";
import { pendingApprovalsQuery } from "@/domain/safety.ts";
import { useScope } from "@/domain/scope.ts";
import { useFormat } from "@/ui/format.ts";
import { GROUPS, sectionOf, type Section } from "../navigation.ts";
import classes from "./navigation.module.css";
import { useSections } from "./useSections.ts";

/** How many devices lack a security update: the one number of the menu that asks for action. */
function SecurityBadge() {
  const { t } = useTranslation("shell");
  const scope = useScope();
  const format = useFormat();
  const { data } = useQuery({
    queryKey: ["updates", "badge", scope.params],
    queryFn: ({ signal }) =>
      unwrap<Page<UpdateDeviceRow>>(
        api.GET("/api/v1/updates/devices", {
          params: { query: { ...scope.params, pending: "security", status: "active", limit: 1 } },
          signal,
        }),
      ),
  });
  if (!data || data.total === 0) return null;
  return (
    <span className={classes.badge} data-tone="security" title={t("securityBadge", { count: data.total })}>
      {format.total(data.total, data.total_capped)}
    </span>
  );
}

/** How many requests wait for a second person. */
function ApprovalsBadge() {
  const { t } = useTranslation("shell");
  const scope = useScope();
  const format = useFormat();
  const { data } = useQuery(pendingApprovalsQuery(scope.params.tenant_id));
  if (!data || data.total === 0) return null;
  return (
    <span className={classes.badge} title={t("approvalsBadge", { count: data.total })}>
      {format.total(data.total, data.total_capped)}
    </span>
  );
}

const BADGES: Partial<Record<Section["key"], () => ReactNode>> = {
  updates: SecurityBadge,
  approvals: ApprovalsBadge,
};

function Entry({ section, current, collapsed }: { section: Section; current: boolean; collapsed: boolean }) {
  const { t } = useTranslation("shell");
  const { to, key, icon: Shape } = section;
  const Badge = BADGES[key];
  return (
    <Tooltip label={t(`section.${key}`)} position="right" disabled={!collapsed}>
      <Link
        to={to}
        className={classes.link}
        data-active={current || undefined}
        aria-current={current ? "page" : undefined}
      >
        <Shape size={18} stroke={1.6} aria-hidden />
        <span className={collapsed ? "visually-hidden" : classes.name}>{t(`section.${key}`)}</span>
        {Badge === undefined ? null : <Badge />}
      </Link>
    </Tooltip>
  );
}

/** The places that the reader may open, group by group. */
export function Navigation({ collapsed = false }: { collapsed?: boolean }) {
  const { t } = useTranslation("shell");
  const sections = useSections();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const current = sectionOf(path)?.key;
  return (
    <nav aria-label={t("navigation")} className={classes.nav} data-collapsed={collapsed || undefined}>
      {GROUPS.map((group) => {
        const entries = sections.filter((section) => section.group === group);
        if (entries.length === 0) return null;
        return (
          <section key={group} className={classes.group} aria-label={t(`group.${group}`)}>
            {group === "start" || collapsed ? null : <h2 className={classes.label}>{t(`group.${group}`)}</h2>}
            {entries.map((section) => (
              <Entry key={section.key} section={section} current={section.key === current} collapsed={collapsed} />
            ))}
          </section>
        );
      })}
    </nav>
  );
}
