import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "@/api/client.ts";
import type { Page } from "@/api/page.ts";
import type { UpdateDeviceRow } from "@/api/types.ts";
import { useCan } from "@/domain/permissions.ts";
import { pendingApprovalsQuery } from "@/domain/safety.ts";
import { useScope } from "@/domain/scope.ts";
import { useFormat } from "@/ui/format.ts";
import { SECTIONS } from "../navigation.ts";
import classes from "./shell.module.css";

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
    <span className={classes.badge} title={t("securityBadge", { count: data.total })}>
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

export function Navigation() {
  const { t } = useTranslation("shell");
  const can = useCan();
  return (
    <nav aria-label={t("navigation")} className={classes.nav}>
      {SECTIONS.filter((section) => section.permission === undefined || can(section.permission)).map(
        ({ to, key, icon: Shape }) => (
          <Link
            key={to}
            to={to}
            className={classes.navLink}
            activeProps={{ "data-active": true, "aria-current": "page" }}
            activeOptions={{ includeSearch: false }}
          >
            <Shape size={18} stroke={1.6} aria-hidden />
            <span>{t(`section.${key}`)}</span>
            {key === "updates" ? <SecurityBadge /> : null}
            {key === "approvals" ? <ApprovalsBadge /> : null}
          </Link>
        ),
      )}
    </nav>
  );
}
