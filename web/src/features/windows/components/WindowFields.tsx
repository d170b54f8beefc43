import { Chip, Group, MultiSelect, NumberInput, Select, Switch, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useMe } from "@/domain/me.ts";
import { sitesQuery } from "@/domain/sites.ts";
import { WINDOW_CLASSES } from "../api.ts";
import { DAYS, type WindowForm } from "../draft.ts";

type Form = UseFormReturnType<WindowForm>;

const ZONES = [...new Set([...Intl.supportedValuesOf("timeZone"), "UTC"])];

/** What the window is for. */
export function Subject({ form, isNew }: { form: Form; isNew: boolean }) {
  const { t } = useTranslation(["windows", "common"]);
  const me = useMe();
  const { data: sites } = useQuery({ ...sitesQuery(form.values.tenant_id), enabled: form.values.tenant_id !== "" });
  const tenants = me.memberships.filter((one) => one.permissions.includes("window:manage"));
  const scopes = form.values.scope === "device" ? (["device"] as const) : (["tenant", "site"] as const);
  return (
    <>
      <TextInput
        label={t("windows:field.name")}
        maxLength={120}
        required
        data-autofocus
        {...form.getInputProps("name")}
      />
      {isNew ? (
        <Select
          label={t("windows:field.tenant")}
          data={tenants.map((one) => ({ value: one.tenant_id, label: one.tenant_name }))}
          allowDeselect={false}
          searchable
          required
          {...form.getInputProps("tenant_id")}
        />
      ) : null}
      <Select
        label={t("windows:field.kind")}
        description={t(`windows:kindHint.${form.values.kind}`)}
        data={(["window", "extra", "blackout"] as const).map((value) => ({ value, label: t(`windows:kind.${value}`) }))}
        allowDeselect={false}
        {...form.getInputProps("kind")}
      />
      <Select
        label={t("windows:field.scope")}
        data={scopes.map((value) => ({ value, label: t(`windows:scope.${value}`) }))}
        allowDeselect={false}
        {...form.getInputProps("scope")}
      />
      {form.values.scope === "site" ? (
        <Select
          label={t("windows:field.site_id")}
          data={(sites?.items ?? []).map((site) => ({ value: site.id, label: site.name }))}
          searchable
          required
          {...form.getInputProps("site_id")}
        />
      ) : null}
      <MultiSelect
        label={t("windows:field.classes")}
        data={WINDOW_CLASSES.map((value) => ({ value, label: t(`windows:class.${value}`) }))}
        required
        {...form.getInputProps("classes")}
      />
    </>
  );
}

function Repetition({ form }: { form: Form }) {
  const { t } = useTranslation("windows");
  const { repeat } = form.values;
  return (
    <>
      <Select
        label={t("repeat.label")}
        data={(["weekly", "patch", "once", "rule"] as const).map((value) => ({ value, label: t(`repeat.${value}`) }))}
        allowDeselect={false}
        {...form.getInputProps("repeat")}
      />
      {repeat === "weekly" ? (
        <Chip.Group multiple {...form.getInputProps("days")}>
          <Group gap={6}>
            {DAYS.map((day) => (
              <Chip key={day} value={day} size="xs">
                {t(`day.${day}`)}
              </Chip>
            ))}
          </Group>
        </Chip.Group>
      ) : null}
      {repeat === "patch" ? (
        <NumberInput label={t("repeat.offset")} min={0} max={30} {...form.getInputProps("patch_tuesday_offset_days")} />
      ) : null}
      {repeat === "rule" ? (
        <TextInput
          label={t("repeat.rrule")}
          description={t("repeat.ruleHint")}
          required
          {...form.getInputProps("rrule")}
        />
      ) : null}
    </>
  );
}

/** When it occurs, by whose clock. */
export function Times({ form }: { form: Form }) {
  const { t } = useTranslation("windows");
  const own = [
    { value: "site", label: t("zone.site") },
    { value: "device", label: t("zone.device") },
  ];
  return (
    <>
      <Repetition form={form} />
      <Group gap={12} grow align="flex-start">
        <TextInput type="time" label={t("field.start")} required {...form.getInputProps("start")} />
        <TextInput type="time" label={t("field.end")} required {...form.getInputProps("end")} />
        <NumberInput label={t("field.end_day_offset")} min={0} max={31} {...form.getInputProps("end_day_offset")} />
      </Group>
      <Group gap={12} grow align="flex-start">
        <TextInput type="date" label={t("field.starts_on")} required {...form.getInputProps("starts_on")} />
        {form.values.repeat === "once" ? null : (
          <TextInput type="date" label={t("field.ends_on")} {...form.getInputProps("ends_on")} />
        )}
      </Group>
      <Select
        label={t("field.zone")}
        data={[...own, ...ZONES.map((value) => ({ value, label: value }))]}
        limit={60}
        allowDeselect={false}
        searchable
        {...form.getInputProps("zone")}
      />
      {form.values.kind === "blackout" ? null : (
        <NumberInput
          label={t("field.margin_minutes")}
          description={t("marginHint")}
          min={0}
          max={1440}
          {...form.getInputProps("margin_minutes")}
        />
      )}
      <TextInput label={t("field.note")} maxLength={500} {...form.getInputProps("note")} />
      <Switch label={t("field.enabled")} {...form.getInputProps("enabled", { type: "checkbox" })} />
    </>
  );
}
