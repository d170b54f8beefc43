import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { Permission } from "@/api/types.ts";
import { usePermissionText } from "@/i18n/permissionText.ts";
import { useMe } from "./me.ts";

export type Can = (permission: Permission, tenantId?: string) => boolean;

/** Whether the reader may do something in a tenant (or, without one, in any). The server checks again. */
export function useCan(): Can {
  const me = useMe();
  return useCallback(
    (permission, tenantId) =>
      me.memberships.some(
        (m) => (tenantId === undefined || m.tenant_id === tenantId) && m.permissions.includes(permission),
      ),
    [me],
  );
}

/** Why something is not allowed, as a sentence for a tooltip; undefined = it is allowed. */
export function useDenial(): (permission: Permission, tenantId?: string) => string | undefined {
  const can = useCan();
  const { t } = useTranslation("common");
  const named = usePermissionText();
  return (permission, tenantId) =>
    can(permission, tenantId) ? undefined : t("denied", { permission: named(permission) });
}
