import { Alert, Button, Group, Modal, Select, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import type { Site } from "@/api/types.ts";
import { useFormErrors } from "@/ui/formErrors.ts";
import { useSaveSite } from "../api.ts";

interface SiteFormProps {
  opened: boolean;
  tenantId: string;
  /** Absent = a new one. */
  site?: Site | undefined;
  onClose: () => void;
}

const ZONES = [...new Set([...Intl.supportedValuesOf("timeZone"), "UTC"])];

function Body({ tenantId, site, onClose }: SiteFormProps) {
  const { t } = useTranslation(["tenancy", "common"]);
  const save = useSaveSite(tenantId);
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const form = useForm({
    initialValues: { name: site?.name ?? "", time_zone: site?.time_zone ?? here },
    validate: {
      name: (value) => (value.trim() === "" ? t("common:required") : null),
      time_zone: (value) => (value ? null : t("common:required")),
    },
  });
  const { general, apply } = useFormErrors(form, { "site.name_taken": "name", "site.bad_time_zone": "time_zone" });
  const zones = site && !ZONES.includes(site.time_zone) ? [site.time_zone, ...ZONES] : ZONES;
  const submit = form.onSubmit((values) => {
    save.mutate(
      { ...(site ? { id: site.id } : {}), values: { ...values, name: values.name.trim() } },
      { onSuccess: onClose, onError: apply },
    );
  });
  return (
    <form noValidate onSubmit={submit}>
      <Stack gap={14}>
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
        <Select
          label={t("tenancy:column.timeZone")}
          description={t("tenancy:site.zoneHint")}
          data={zones}
          limit={60}
          searchable
          required
          {...form.getInputProps("time_zone")}
        />
        <Group justify="flex-end" gap={8}>
          <Button variant="default" onClick={onClose}>
            {t("common:cancel")}
          </Button>
          <Button type="submit" loading={save.isPending}>
            {site ? t("common:save") : t("tenancy:site.create")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

export function SiteForm(props: SiteFormProps) {
  const { t } = useTranslation(["tenancy", "common"]);
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={props.site ? t("tenancy:site.edit") : t("tenancy:site.new")}
      closeButtonProps={{ "aria-label": t("common:close") }}
    >
      {props.opened ? <Body {...props} /> : null}
    </Modal>
  );
}
