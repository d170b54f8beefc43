import { Alert, Button, Group, Modal, NumberInput, Stack, Switch, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import type { Tenant } from "@/api/types.ts";
import { adopt } from "@/domain/editing/adopt.ts";
import { StaleAlert } from "@/domain/editing/StaleAlert.tsx";
import { useEdited } from "@/domain/editing/useEdited.ts";
import { useFormErrors } from "@/ui/formErrors.ts";
import { readTenant, useSaveTenant } from "../api.ts";

const DEFAULT_DAYS = 90;
const MOST_DAYS = 3650;

interface TenantFormProps {
  opened: boolean;
  /** Absent = a new one. */
  tenant?: Tenant;
  onClose: () => void;
}

function valuesOf(tenant: Tenant | undefined) {
  return {
    name: tenant?.name ?? "",
    days: tenant?.output_retention_days ?? DEFAULT_DAYS,
    updates: tenant?.agent_updates ?? true,
  };
}

function Body({ tenant, onClose }: TenantFormProps) {
  const { t } = useTranslation(["tenancy", "common"]);
  const save = useSaveTenant();
  const form = useForm({
    initialValues: valuesOf(tenant),
    validate: { name: (value) => (value.trim() === "" ? t("common:required") : null) },
  });
  const { general, apply } = useFormErrors(form, { "tenant.name_taken": "name" });
  const edited = useEdited(
    tenant,
    ({ id }) => readTenant(id),
    (before, now) => {
      form.setValues((mine) => adopt({ ...valuesOf(now), ...mine }, valuesOf(before), valuesOf(now)));
    },
  );
  const submit = form.onSubmit(({ name, days, updates }) => {
    const values = { name: name.trim(), ...(tenant ? { output_retention_days: days, agent_updates: updates } : {}) };
    save.mutate(
      { seen: edited.seen, values },
      {
        onSuccess: onClose,
        onError: (error) => {
          if (!edited.catches(error)) apply(error);
        },
      },
    );
  });
  return (
    <form noValidate onSubmit={submit}>
      <Stack gap={14}>
        <StaleAlert edited={edited} />
        {general === null ? null : (
          <Alert color="red" role="alert">
            {general}
          </Alert>
        )}
        <TextInput
          label={t("tenancy:column.name")}
          maxLength={120}
          required
          data-autofocus
          {...form.getInputProps("name")}
        />
        {tenant ? (
          <NumberInput
            label={t("tenancy:tenant.retention")}
            description={t("tenancy:tenant.retentionText")}
            min={1}
            max={MOST_DAYS}
            allowDecimal={false}
            clampBehavior="strict"
            {...form.getInputProps("days")}
          />
        ) : null}
        {tenant ? (
          <Switch
            label={t("tenancy:tenant.agentUpdates")}
            description={t("tenancy:tenant.agentUpdatesText")}
            {...form.getInputProps("updates", { type: "checkbox" })}
          />
        ) : null}
        <Group justify="flex-end" gap={8}>
          <Button variant="default" onClick={onClose}>
            {t("common:cancel")}
          </Button>
          <Button type="submit" loading={save.isPending}>
            {tenant ? t("common:save") : t("tenancy:tenant.create")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

export function TenantForm(props: TenantFormProps) {
  const { t } = useTranslation(["tenancy", "common"]);
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={props.tenant ? t("tenancy:tenant.rename") : t("tenancy:tenant.new")}
      closeButtonProps={{ "aria-label": t("common:close") }}
    >
      {props.opened ? <Body {...props} /> : null}
    </Modal>
  );
}
