import { Alert, Button, Group, Modal, Select, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconAlertTriangle, IconUserPlus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { InvitationSent, Language } from "@/api/types.ts";
import { useMe } from "@/domain/me.ts";
import { useCan, useDenial } from "@/domain/permissions.ts";
import { useScope } from "@/domain/scope.ts";
import { LANGUAGES } from "@/i18n/index.ts";
import { CopyField } from "@/ui/CopyField.tsx";
import { useFormErrors } from "@/ui/formErrors.ts";
import { toastDone } from "@/ui/toast.tsx";
import { useInvite, type RoleAndSites } from "../api.ts";
import { RoleFields } from "./RoleFields.tsx";

const ADDRESS = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

interface Values {
  tenant_id: string;
  email: string;
  language: Language;
  access: RoleAndSites;
}

function InviteForm({ onSent, onCancel }: { onSent: (sent: InvitationSent) => void; onCancel: () => void }) {
  const { t, i18n } = useTranslation(["people", "common"]);
  const me = useMe();
  const can = useCan();
  const scope = useScope();
  const invite = useInvite();
  const tenants = me.memberships.filter((membership) => can("member:invite", membership.tenant_id));
  const form = useForm<Values & Record<string, unknown>>({
    initialValues: {
      tenant_id: scope.tenant ?? (tenants.length === 1 ? (tenants[0]?.tenant_id ?? "") : ""),
      email: "",
      language: i18n.language === "pl" ? "pl" : "en",
      access: { role: "technician", sites: "all" },
    },
    validate: {
      tenant_id: (value) => (value === "" ? t("common:required") : null),
      email: (value) => (ADDRESS.test(value.trim()) ? null : t("common:emailInvalid")),
      access: (value) => (value.sites.length === 0 ? t("common:required") : null),
    },
  });
  const { general, apply } = useFormErrors(form, { "member.exists": "email" });
  const submit = form.onSubmit(({ tenant_id, email, language, access }) => {
    invite.mutate({ tenant_id, email: email.trim(), language, ...access }, { onSuccess: onSent, onError: apply });
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
          label={t("common:email")}
          type="email"
          autoComplete="off"
          required
          data-autofocus
          {...form.getInputProps("email")}
        />
        <Select
          label={t("common:tenant")}
          data={tenants.map((membership) => ({ value: membership.tenant_id, label: membership.tenant_name }))}
          searchable
          required
          allowDeselect={false}
          {...form.getInputProps("tenant_id")}
          onChange={(value) => {
            form.setValues({ tenant_id: value ?? "", access: { ...form.values.access, sites: "all" } });
          }}
        />
        <RoleFields
          tenantId={form.values.tenant_id}
          value={form.values.access}
          error={form.errors["access"] as string | undefined}
          onChange={(access) => {
            form.setFieldValue("access", access);
          }}
        />
        <Select
          label={t("people:language")}
          allowDeselect={false}
          data={LANGUAGES.map((value) => ({ value, label: t(`common:languageName.${value}`) }))}
          {...form.getInputProps("language")}
        />
        <Group justify="flex-end" gap={8}>
          <Button variant="default" onClick={onCancel}>
            {t("common:cancel")}
          </Button>
          <Button type="submit" loading={invite.isPending}>
            {t("people:invite.go")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Where no mail server is set up, the link is passed on by hand; it is shown only now. */
export function LinkToPassOn({ sent, onClose }: { sent: InvitationSent; onClose: () => void }) {
  const { t } = useTranslation(["people", "common"]);
  return (
    <Stack gap={14}>
      <Alert color="yellow" icon={<IconAlertTriangle size={16} />}>
        {t("people:invite.noMail", { email: sent.email })}
      </Alert>
      <CopyField value={sent.link ?? ""} label={t("people:invite.link")} />
      <Group justify="flex-end">
        <Button onClick={onClose}>{t("common:done")}</Button>
      </Group>
    </Stack>
  );
}

/** Asks somebody by e-mail to join. */
export function InviteButton() {
  const { t } = useTranslation(["people", "common"]);
  const denial = useDenial();
  const scope = useScope();
  const [opened, setOpened] = useState(false);
  const [byHand, setByHand] = useState<InvitationSent | null>(null);
  const close = (): void => {
    setOpened(false);
    setByHand(null);
  };
  if (denial("member:invite", scope.tenant) !== undefined) return null;
  const sent = (answer: InvitationSent): void => {
    if (answer.link === null) {
      toastDone(t("people:invite.sent", { email: answer.email }));
      close();
    } else setByHand(answer);
  };
  return (
    <>
      <Button
        leftSection={<IconUserPlus size={16} />}
        onClick={() => {
          setOpened(true);
        }}
      >
        {t("people:invite.open")}
      </Button>
      <Modal
        opened={opened}
        onClose={close}
        closeOnClickOutside={false}
        size="md"
        title={t("people:invite.title")}
        closeButtonProps={{ "aria-label": t("common:close") }}
      >
        {opened && byHand === null ? <InviteForm onSent={sent} onCancel={close} /> : null}
        {byHand === null ? null : <LinkToPassOn sent={byHand} onClose={close} />}
      </Modal>
    </>
  );
}
