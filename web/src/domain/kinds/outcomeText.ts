import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { TaskKind, TaskRow } from "@/api/types.ts";

type Outcome = NonNullable<TaskRow["outcome"]>;

/** What a finished task brought, as a line for lists; null where its kind tells nothing. */
export function useOutcomeText(): (kind: TaskKind, outcome: Outcome | null) => string | null {
  const { t } = useTranslation(["kinds", "common"]);
  return useCallback(
    (kind, outcome) => {
      if (outcome === null) return null;
      const { done, count, security, failing, warning, restart, version } = outcome;
      const parts: (string | null)[] = [];
      if (kind === "updates.install" && count !== null && done !== null) {
        parts.push(count === 0 ? t("kinds:outcome.nothing") : t("kinds:updates.install.installedOf", { done, count }));
      }
      if (kind === "apps.upgrade" && count !== null && done !== null) {
        parts.push(count === 0 ? t("kinds:outcome.nothing") : t("kinds:apps.upgrade.upgradedOf", { done, count }));
      }
      if (kind === "updates.scan" && count !== null) {
        parts.push(count === 0 ? t("kinds:outcome.upToDate") : t("kinds:found.updates", { count }));
        if (security !== null && security > 0) parts.push(t("kinds:found.security", { count: security }));
      }
      if (kind === "apps.scan" && count !== null) parts.push(t("kinds:apps.scan.list.found", { count }));
      if (kind === "inventory.collect" && count !== null) parts.push(t("kinds:found.software", { count }));
      if (kind === "health.collect" && count !== null) {
        if (failing !== null && failing > 0) parts.push(t("kinds:outcome.failing", { count: failing }));
        if (warning !== null && warning > 0) parts.push(t("kinds:outcome.warning", { count: warning }));
        if (parts.length === 0) parts.push(t("kinds:outcome.disks", { count }));
      }
      if (kind === "agent.update" && version !== null) parts.push(t("kinds:outcome.version", { version }));
      if (restart === true) parts.push(t("common:restart.due"));
      const told = parts.filter((part) => part !== null);
      return told.length === 0 ? null : told.join(" · ");
    },
    [t],
  );
}
