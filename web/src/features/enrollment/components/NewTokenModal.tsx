import { Alert, Button, Group, Modal, NumberInput, Select, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { EnrollmentTokenCreated } from "@/api/types.ts";
import { useMe } from "@/domain/me.ts";
import { useCan } from "@/domain/permissions.ts";
import { useScope } from "@/domain/scope.ts";
import { sitesQuery } from "@/domain/sites.ts";
import { useFormErrors } from "@/ui/formErrors.ts";
import { useCreateToken } from "../api.ts";
import { Issued } from "./Issued.tsx";

const HOUR = 3600;
const VALIDITIES = [
  { seconds: HOUR, key: "hour" },
  { seconds: 24 * HOUR, key: "day" },
  { seconds: 7 * 24 * HOUR, key: "week" },
  { seconds: 30 * 24 * HOUR, key: "month" },
] as const;
const MOST_USES = 10_000;

function CreateForm({
  onCreated,
  onCancel,
}: {
  onCreated: (token: EnrollmentTokenCreated) => void;
  onCancel: () => void;
}) {
  const { t } = useTranslation(["enrollment", "common"]);
  const me = useMe();
  const can = useCan();
  const scope = useScope();
  const create = useCreateToken();
  const tenants = me.memberships.filter((membership) => can("token:create", membership.tenant_id));
  const form = useForm({
    initialValues: {
      tenant_id: scope.tenant ?? (tenants.length === 1 ? (tenants[0]?.tenant_id ?? "") : ""),
      site_id: scope.site ?? "",
      label: "",
      valid_seconds: String(24 * HOUR),
      max_uses: 1,
    },
    validate: {
      tenant_id: (value) => (value === "" ? t("common:required") : null),
      label: (value) => (value.trim() === "" ? t("common:required") : null),
      max_uses: (value) => (Number.isInteger(value) && value >= 1 ? null : t("enrollment:new.usesInvalid")),
    },
  });
  const { general, apply } = useFormErrors(form);
  const { tenant_id: tenant } = form.values;
  const sites = useQuery({ ...sitesQuery(tenant), enabled: tenant !== "" });

  // Where there is only one site there is nothing to choose.
  const only = sites.data?.items.length === 1 ? sites.data.items[0]?.id : undefined;
  const site = form.values.site_id || (only ?? "");

  const missSite = (): boolean => {
    if (site === "") form.setFieldError("site_id", t("common:required"));
    return site === "";
  };
  const submit = form.onSubmit((values) => {
    if (missSite()) return;
    create.mutate(
      { ...values, site_id: site, label: values.label.trim(), valid_seconds: Number(values.valid_seconds) },
      { onSuccess: onCreated, onError: apply },
    );
  }, missSite);
  return (
    <form noValidate onSubmit={submit}>
      <Stack gap={12}>
        {general === null ? null : (
          <Alert color="red" role="alert">
            {general}
          </Alert>
        )}
        <Select
          label={t("common:tenant")}
          data={tenants.map((membership) => ({ value: membership.tenant_id, label: membership.tenant_name }))}
          searchable
          required
          {...form.getInputProps("tenant_id")}
          onChange={(value) => {
            form.setValues({ tenant_id: value ?? "", site_id: "" });
          }}
        />
        <Select
          label={t("common:site")}
          disabled={tenant === ""}
          data={(sites.data?.items ?? []).map((site) => ({ value: site.id, label: site.name }))}
          nothingFoundMessage={t("enrollment:new.noSites")}
          searchable
          required
          {...form.getInputProps("site_id")}
          value={site}
        />
        <TextInput
          label={t("enrollment:new.label")}
          description={t("enrollment:new.labelHint")}
          maxLength={100}
          required
          data-autofocus
          {...form.getInputProps("label")}
        />
        <Group grow align="flex-start">
          <Select
            label={t("enrollment:new.validity")}
            allowDeselect={false}
            data={VALIDITIES.map(({ seconds, key }) => ({
              value: String(seconds),
              label: t(`enrollment:new.validFor.${key}`),
            }))}
            {...form.getInputProps("valid_seconds")}
          />
          <NumberInput
            label={t("enrollment:new.uses")}
            min={1}
            max={MOST_USES}
            allowDecimal={false}
            {...form.getInputProps("max_uses")}
          />
        </Group>
        <Group justify="flex-end" gap={8}>
          <Button variant="default" onClick={onCancel}>
            {t("common:cancel")}
          </Button>
          <Button type="submit" loading={create.isPending}>
            {t("enrollment:new.go")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Content({ onClose }: { onClose: () => void }) {
  const [issued, setIssued] = useState<EnrollmentTokenCreated | null>(null);
  return issued ? <Issued token={issued} onClose={onClose} /> : <CreateForm onCreated={setIssued} onCancel={onClose} />;
}

export function NewTokenModal({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation(["enrollment", "common"]);
  // The token shows only once: a stray click beside the window must not throw it away.
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      closeOnClickOutside={false}
      size="lg"
      title={t("enrollment:new.title")}
      closeButtonProps={{ "aria-label": t("common:close") }}
    >
      {opened ? <Content onClose={onClose} /> : null}
    </Modal>
  );
}
