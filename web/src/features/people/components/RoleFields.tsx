import { MultiSelect, Select, Switch } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Permission, Role } from "@/api/types.ts";
import { useMe } from "@/domain/me.ts";
import { ROLES } from "@/domain/roles.ts";
import { sitesQuery } from "@/domain/sites.ts";
import { rolesQuery, type RoleAndSites } from "../api.ts";

/** Without a library of approved scripts it allows no more than reading: it would be a promise that is not kept. */
const NOT_GIVEN: ReadonlySet<Role> = new Set(["script_restricted"]);

/** Roles that the reader may give in a tenant: none that allows more than they have themselves. */
export function useGrantableRoles(tenantId: string): Role[] {
  const me = useMe();
  const table = useQuery(rolesQuery);
  const own = new Set<Permission>(me.memberships.find((membership) => membership.tenant_id === tenantId)?.permissions);
  return ROLES.filter(
    (role) =>
      !NOT_GIVEN.has(role) &&
      table.data?.roles.find((row) => row.role === role)?.permissions.every((permission) => own.has(permission)),
  );
}

interface RoleFieldsProps {
  tenantId: string;
  value: RoleAndSites;
  onChange: (value: RoleAndSites) => void;
  error?: string | undefined;
}

/** What somebody is in a tenant, and where. */
export function RoleFields({ tenantId, value, onChange, error }: RoleFieldsProps) {
  const { t } = useTranslation(["people", "common"]);
  const roles = useGrantableRoles(tenantId);
  const sites = useQuery({ ...sitesQuery(tenantId), enabled: tenantId !== "" });
  const limited = value.sites !== "all";
  const everywhere = value.role === "owner";
  return (
    <>
      <Select
        label={t("people:role")}
        description={t(`people:roleText.${value.role}`)}
        allowDeselect={false}
        data={roles.map((role) => ({ value: role, label: t(`common:role.${role}`) }))}
        value={value.role}
        onChange={(role) => {
          if (role !== null) onChange({ role: role as Role, sites: role === "owner" ? "all" : value.sites });
        }}
      />
      <Switch
        label={t("people:limit")}
        description={everywhere ? t("people:ownerEverywhere") : t("people:limitText")}
        checked={limited}
        disabled={everywhere || tenantId === ""}
        onChange={(event) => {
          onChange({ ...value, sites: event.currentTarget.checked ? [] : "all" });
        }}
      />
      {value.sites === "all" ? null : (
        <MultiSelect
          label={t("people:sites")}
          searchable
          required
          error={error}
          data={(sites.data?.items ?? []).map((site) => ({ value: site.id, label: site.name }))}
          value={value.sites}
          onChange={(ids) => {
            onChange({ ...value, sites: ids });
          }}
        />
      )}
    </>
  );
}
