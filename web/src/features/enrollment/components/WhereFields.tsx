import { Select, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useMe } from "@/domain/me.ts";
import { useCan } from "@/domain/permissions.ts";
import { sitesQuery } from "@/domain/sites.ts";

/** Chosen instead of one that there is. */
export const NEW = "new";

export interface WhereValues {
  tenant_id: string;
  new_tenant: string;
  site_id: string;
  new_site: string;
}

/** Where new devices go: a customer and a site that there are, or new ones by their names. */
export function WhereFields<Values extends WhereValues>({ form }: { form: UseFormReturnType<Values> }) {
  const { t } = useTranslation(["enrollment", "common"]);
  const me = useMe();
  const can = useCan();
  const { tenant_id: tenant, site_id: site } = form.values;
  const isKnown = tenant !== "" && tenant !== NEW;
  const sites = useQuery({ ...sitesQuery(tenant), enabled: isKnown });
  const tenants = me.memberships
    .filter((membership) => can("token:create", membership.tenant_id))
    .map((membership) => ({ value: membership.tenant_id, label: membership.tenant_name }));
  const choices = (sites.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }));
  const mayAddSite = isKnown && can("site:create", tenant);
  const set = (values: Partial<WhereValues>): void => {
    form.setValues(values as Partial<Values>);
    form.clearErrors();
  };
  return (
    <>
      <Select
        label={t("common:tenant")}
        data={[...(me.is_operator ? [{ value: NEW, label: t("enrollment:where.newTenant") }] : []), ...tenants]}
        searchable
        required
        value={tenant === "" ? null : tenant}
        error={form.errors["tenant_id"]}
        onChange={(value) => {
          set({ tenant_id: value ?? "", site_id: value === NEW ? NEW : "" });
        }}
      />
      {tenant === NEW ? (
        <TextInput
          label={t("enrollment:where.tenantName")}
          maxLength={120}
          required
          data-autofocus
          {...form.getInputProps("new_tenant")}
        />
      ) : (
        <Select
          label={t("common:site")}
          disabled={tenant === ""}
          data={[...(mayAddSite ? [{ value: NEW, label: t("enrollment:where.newSite") }] : []), ...choices]}
          nothingFoundMessage={t("enrollment:new.noSites")}
          searchable
          required
          value={site === "" ? null : site}
          error={form.errors["site_id"]}
          onChange={(value) => {
            set({ site_id: value ?? "" });
          }}
        />
      )}
      {site === NEW ? (
        <TextInput
          label={t("enrollment:where.siteName")}
          description={t("enrollment:where.siteHint", { zone: Intl.DateTimeFormat().resolvedOptions().timeZone })}
          maxLength={120}
          required
          {...form.getInputProps("new_site")}
        />
      ) : null}
    </>
  );
}
