import { Alert, Button, Group, NumberInput, SegmentedControl, Select, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "@/domain/me.ts";
import { useCan } from "@/domain/permissions.ts";
import { useScope } from "@/domain/scope.ts";
import { sitesQuery } from "@/domain/sites.ts";
import { useFormErrors } from "@/ui/formErrors.ts";
import { type NewToken, type Platform, useNewSite, useNewTenant } from "../api.ts";
import classes from "../enrollment.module.css";
import { NEW, WhereFields } from "./WhereFields.tsx";

const HOUR = 3600;
const VALIDITIES = [
  { seconds: HOUR, key: "hour" },
  { seconds: 24 * HOUR, key: "day" },
  { seconds: 7 * 24 * HOUR, key: "week" },
  { seconds: 30 * 24 * HOUR, key: "month" },
] as const;
const MOST_USES = 10_000;

function useTokenForm() {
  const { t } = useTranslation(["enrollment", "common"]);
  const me = useMe();
  const can = useCan();
  const scope = useScope();
  const tenants = me.memberships.filter((membership) => can("token:create", membership.tenant_id));
  const only = tenants.length === 1 ? (tenants[0]?.tenant_id ?? "") : "";
  const missing = (value: string) => (value.trim() === "" ? t("common:required") : null);
  return useForm({
    initialValues: {
      tenant_id: scope.tenant ?? (tenants.length === 0 && me.is_operator ? NEW : only),
      new_tenant: "",
      site_id: scope.site ?? (tenants.length === 0 && me.is_operator ? NEW : ""),
      new_site: "",
      platform: "windows-amd64" as Platform,
      label: "",
      valid_seconds: String(24 * HOUR),
      max_uses: 1,
    },
    validate: {
      tenant_id: missing,
      site_id: missing,
      new_tenant: (value, { tenant_id }) => (tenant_id === NEW ? missing(value) : null),
      new_site: (value, { site_id }) => (site_id === NEW ? missing(value) : null),
      max_uses: (value) => (Number.isInteger(value) && value >= 1 ? null : t("enrollment:new.usesInvalid")),
    },
  });
}

interface TokenFormProps {
  onReady: (token: NewToken, platform: Platform) => void;
  onCancel: () => void;
}

/** Where the devices go, what they run, and how many may come for how long. */
export function TokenForm({ onReady, onCancel }: TokenFormProps) {
  const { t } = useTranslation(["enrollment", "common"]);
  const form = useTokenForm();
  const { general, apply } = useFormErrors(form, { "tenant.name_taken": "new_tenant", "site.name_taken": "new_site" });
  const newTenant = useNewTenant();
  const newSite = useNewSite();
  const { tenant_id: tenant, site_id: site } = form.values;
  const sites = useQuery({ ...sitesQuery(tenant), enabled: tenant !== "" && tenant !== NEW });
  const { setFieldValue } = form;

  // Where there is only one site there is nothing to choose.
  const only = sites.data?.items.length === 1 ? sites.data.items[0]?.id : undefined;
  useEffect(() => {
    if (site === "" && only !== undefined) setFieldValue("site_id", only);
  }, [only, site, setFieldValue]);

  const submit = form.onSubmit(async (values) => {
    try {
      let { tenant_id, site_id } = values;
      if (tenant_id === NEW) {
        tenant_id = (await newTenant.mutateAsync(values.new_tenant.trim())).id;
        // Whatever fails from here on: it is there, and the next try makes no second one.
        form.setFieldValue("tenant_id", tenant_id);
      }
      if (site_id === NEW) {
        site_id = (await newSite.mutateAsync({ tenant_id, name: values.new_site.trim() })).id;
        form.setFieldValue("site_id", site_id);
      }
      const label = values.label.trim() || t("enrollment:new.defaultLabel");
      const { max_uses, valid_seconds } = values;
      onReady({ tenant_id, site_id, label, max_uses, valid_seconds: Number(valid_seconds) }, values.platform);
    } catch (error) {
      apply(error);
    }
  });
  return (
    <form noValidate onSubmit={submit}>
      <Stack gap={12}>
        {general === null ? null : (
          <Alert color="red" role="alert">
            {general}
          </Alert>
        )}
        <WhereFields form={form} />
        <SegmentedControl
          aria-label={t("enrollment:new.platform")}
          data={[
            { value: "windows-amd64", label: t("enrollment:install.windows") },
            { value: "linux", label: t("enrollment:install.linux") },
          ]}
          {...form.getInputProps("platform")}
        />
        <details className={classes.byHand}>
          <summary>{t("enrollment:new.more")}</summary>
          <div className={classes.values}>
            <TextInput
              label={t("enrollment:new.label")}
              description={t("enrollment:new.labelHint")}
              placeholder={t("enrollment:new.defaultLabel")}
              maxLength={100}
              {...form.getInputProps("label")}
            />
            <Select
              label={t("enrollment:new.validity")}
              allowDeselect={false}
              data={VALIDITIES.map(({ seconds, key }) => ({
                value: String(seconds),
                label: t(`enrollment:new.validFor.${key}`),
              }))}
              {...form.getInputProps("valid_seconds")}
            />
          </div>
        </details>
        <NumberInput
          label={t("enrollment:new.uses")}
          min={1}
          max={MOST_USES}
          allowDecimal={false}
          {...form.getInputProps("max_uses")}
        />
        <Group justify="flex-end" gap={8}>
          <Button variant="default" onClick={onCancel}>
            {t("common:cancel")}
          </Button>
          <Button type="submit" loading={newTenant.isPending || newSite.isPending}>
            {t("enrollment:new.next")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
