import { Alert, Button, Checkbox, Group, Input, Modal, NumberInput, Select, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ApiKeyCreated, Permission } from "@/api/types.ts";
import { useMe } from "@/domain/me.ts";
import { useCan } from "@/domain/permissions.ts";
import { useScope } from "@/domain/scope.ts";
import { CopyField } from "@/ui/CopyField.tsx";
import { useFormErrors } from "@/ui/formErrors.ts";
import { rolesQuery, useCreateKey } from "../api.ts";
import classes from "../people.module.css";
import { usePermissionText } from "@/i18n/permissionText.ts";
import { EVERYWHERE, KeyReach, sitesAndDevices, type Reach } from "./KeyReach.tsx";

const DEFAULT_PER_HOUR = 20;
const VALIDITIES = ["7", "30", "90", "365"] as const;

function KeyForm({ onCreated, onCancel }: { onCreated: (key: ApiKeyCreated) => void; onCancel: () => void }) {
  const { t } = useTranslation(["people", "common"]);
  const me = useMe();
  const can = useCan();
  const scope = useScope();
  const create = useCreateKey();
  const table = useQuery(rolesQuery);
  const text = usePermissionText();
  const tenants = me.memberships.filter((membership) => can("api_key:create", membership.tenant_id));
  const form = useForm({
    initialValues: {
      tenant_id: scope.tenant ?? (tenants.length === 1 ? (tenants[0]?.tenant_id ?? "") : ""),
      name: "",
      scopes: [] as string[],
      valid_days: "90",
      reach: EVERYWHERE as Reach,
      per_hour: DEFAULT_PER_HOUR as number | string,
    },
    validate: {
      tenant_id: (value) => (value === "" ? t("common:required") : null),
      name: (value) => (value.trim() === "" ? t("common:required") : null),
      scopes: (value) => (value.length === 0 ? t("people:key.scopesNone") : null),
      reach: (value) => (value.kind !== "all" && value.ids.length === 0 ? t("common:required") : null),
      per_hour: (value) => (typeof value === "number" ? null : t("common:required")),
    },
  });
  const { general, apply } = useFormErrors(form);
  const own = new Set<Permission>(
    me.memberships.find((membership) => membership.tenant_id === form.values.tenant_id)?.permissions,
  );
  const { reach } = form.values;
  const within = new Set(
    reach.kind === "sites"
      ? table.data?.site_permissions
      : reach.kind === "devices"
        ? table.data?.device_list_permissions
        : table.data?.key_permissions,
  );
  const offered = (table.data?.key_permissions ?? []).filter(
    (permission) => own.has(permission) && within.has(permission),
  );
  const submit = form.onSubmit((values) => {
    create.mutate(
      {
        tenant_id: values.tenant_id,
        name: values.name.trim(),
        scopes: values.scopes.filter((scope) => within.has(scope as Permission)) as Permission[],
        ...sitesAndDevices(values.reach),
        per_hour: Number(values.per_hour),
        valid_days: Number(values.valid_days),
      },
      { onSuccess: onCreated, onError: apply },
    );
  });
  return (
    <form noValidate onSubmit={submit}>
      <Stack gap={12}>
        {general === null ? null : (
          <Alert color="red" role="alert">
            {general}
          </Alert>
        )}
        <TextInput
          label={t("people:key.name")}
          description={t("people:key.nameHint")}
          maxLength={80}
          required
          data-autofocus
          {...form.getInputProps("name")}
        />
        <Select
          label={t("common:tenant")}
          searchable
          required
          allowDeselect={false}
          data={tenants.map((membership) => ({ value: membership.tenant_id, label: membership.tenant_name }))}
          {...form.getInputProps("tenant_id")}
          onChange={(value) => {
            form.setValues({ tenant_id: value ?? "", scopes: [], reach: EVERYWHERE });
          }}
        />
        <KeyReach
          tenantId={form.values.tenant_id}
          value={reach}
          error={form.errors["reach"] as string | undefined}
          onChange={(value) => {
            form.setFieldValue("reach", value);
          }}
        />
        <Checkbox.Group
          label={t("people:key.scopes")}
          description={t("people:key.scopesHint")}
          withAsterisk
          {...form.getInputProps("scopes")}
        >
          <div className={classes.scopes} tabIndex={0} role="group" aria-label={t("people:key.scopes")}>
            {offered.length === 0 ? (
              <Input.Description>{t("people:key.chooseTenant")}</Input.Description>
            ) : (
              offered.map((permission) => <Checkbox key={permission} value={permission} label={text(permission)} />)
            )}
          </div>
        </Checkbox.Group>
        <NumberInput
          label={t("people:key.perHour")}
          description={t("people:key.perHourHint")}
          min={0}
          max={10_000}
          allowDecimal={false}
          required
          {...form.getInputProps("per_hour")}
        />
        <Select
          label={t("people:key.valid")}
          allowDeselect={false}
          data={VALIDITIES.map((value) => ({ value, label: t("people:key.days", { count: Number(value) }) }))}
          {...form.getInputProps("valid_days")}
        />
        <Group justify="flex-end" gap={8}>
          <Button variant="default" onClick={onCancel}>
            {t("common:cancel")}
          </Button>
          <Button type="submit" loading={create.isPending}>
            {t("people:key.go")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Issued({ created, onClose }: { created: ApiKeyCreated; onClose: () => void }) {
  const { t } = useTranslation(["people", "common"]);
  return (
    <Stack gap={14}>
      <Alert color="yellow" icon={<IconAlertTriangle size={16} />}>
        {t("people:key.once")}
      </Alert>
      <CopyField value={created.token} label={t("people:key.key")} />
      <CopyField
        value={`curl -H "Authorization: Bearer ${created.token}" ${window.location.origin}/api/v1/devices`}
        label={t("people:key.example")}
      />
      <Group justify="flex-end">
        <Button onClick={onClose}>{t("common:done")}</Button>
      </Group>
    </Stack>
  );
}

export function NewKeyModal({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation(["people", "common"]);
  const [created, setCreated] = useState<ApiKeyCreated | null>(null);
  const close = (): void => {
    onClose();
    setCreated(null);
  };
  return (
    <Modal
      opened={opened}
      onClose={close}
      closeOnClickOutside={false}
      size="lg"
      title={t("people:key.title")}
      closeButtonProps={{ "aria-label": t("common:close") }}
    >
      {opened ? (
        created ? (
          <Issued created={created} onClose={close} />
        ) : (
          <KeyForm onCreated={setCreated} onCancel={close} />
        )
      ) : null}
    </Modal>
  );
}
