import { Alert, Button, Group, Modal, Select, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import type { Site } from "@/api/types.ts";
import { adopt } from "@/domain/editing/adopt.ts";
import { StaleAlert } from "@/domain/editing/StaleAlert.tsx";
import { useEdited } from "@/domain/editing/useEdited.ts";
import { useFormErrors } from "@/ui/formErrors.ts";
import { readSite, useSaveSite } from "../api.ts";

interface SiteFormProps {
  opened: boolean;
  tenantId: string;
  /** Absent = a new one. */
  site?: Site | undefined;
  onClose: () => void;
}

const ZONES = [...new Set([...Intl.supportedValuesOf("timeZone"), "UTC"])];

function valuesOf(site: Site | undefined) {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return { name: site?.name ?? "", time_zone: site?.time_zone ?? here };
}

function Body({ tenantId, site, onClose }: SiteFormProps) {
  const { t } = useTranslation(["tenancy", "common"]);
  const save = useSaveSite(tenantId);
  const form = useForm({
    initialValues: valuesOf(site),
    validate: {
      name: (value) => (value.trim() === "" ? t("common:required") : null),
      time_zone: (value) => (value ? null : t("common:required")),
    },
  });
  const { general, apply } = useFormErrors(form, { "site.name_taken": "name", "site.bad_time_zone": "time_zone" });
  const zones = site && !ZONES.includes(site.time_zone) ? [site.time_zone, ...ZONES] : ZONES;
  const edited = useEdited(
    site,
    ({ id }) => readSite(id),
    (before, now) => {
      form.setValues((mine) => adopt({ ...valuesOf(now), ...mine }, valuesOf(before), valuesOf(now)));
    },
  );
  const submit = form.onSubmit((values) => {
    save.mutate(
      { seen: edited.seen, values: { ...values, name: values.name.trim() } },
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
