import { Alert, Button, Group, Modal, PasswordInput, Stack } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQueryClient } from "@tanstack/react-query";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "@/app/session.ts";
import { ConfirmDialog } from "@/ui/ConfirmDialog.tsx";
import { CopyField } from "@/ui/CopyField.tsx";
import { Card } from "@/ui/Facts.tsx";
import { useErrorText } from "@/ui/errorText.ts";
import { useFormErrors } from "@/ui/formErrors.ts";
import { PasswordStrength, SHORTEST_PASSWORD } from "@/ui/PasswordStrength.tsx";
import { toastDone, toastFailed } from "@/ui/toast.tsx";
import classes from "./account.module.css";
import { useChangePassword, useNewRecoveryCodes, useReplaceTotp } from "./api.ts";

export function PasswordCard() {
  const { t } = useTranslation(["account", "session", "common"]);
  const me = useMe();
  const change = useChangePassword();
  const form = useForm({
    initialValues: { current_password: "", new_password: "" },
    validate: {
      current_password: (value) => (value === "" ? t("common:required") : null),
      new_password: (value) => (value.length >= SHORTEST_PASSWORD ? null : t("session:passwordShort", { count: SHORTEST_PASSWORD })),
    },
  });
  const { general, apply } = useFormErrors(form, { "password.wrong": "current_password", "password.too_short": "new_password", "password.too_common": "new_password" });
  const submit = form.onSubmit((values) => {
    change.mutate(values, { onSuccess: () => { form.reset(); toastDone(t("account:password.done")); }, onError: apply });
  });
  const eye = { "aria-label": t("session:showPassword") };
  return (
    <Card title={t("account:password.title")}>
      <form noValidate onSubmit={submit}>
        <Stack gap={12}>
          {general === null ? null : <Alert color="red" role="alert">{general}</Alert>}
          <input type="text" autoComplete="username" value={me.email} readOnly hidden />
          <PasswordInput label={t("account:password.current")} autoComplete="current-password" required visibilityToggleButtonProps={eye} {...form.getInputProps("current_password")} />
          <div>
            <PasswordInput label={t("account:password.new")} autoComplete="new-password" required visibilityToggleButtonProps={eye} {...form.getInputProps("new_password")} />
            <PasswordStrength password={form.values.new_password} />
          </div>
          <p className="dim">{t("account:password.text")}</p>
          <div><Button type="submit" loading={change.isPending} disabled={!form.isDirty()}>{t("account:password.go")}</Button></div>
        </Stack>
      </form>
    </Card>
  );
}

function NewCodes({ codes, onClose }: { codes: string[]; onClose: () => void }) {
  const { t } = useTranslation(["account", "session", "common"]);
  return (
    <Stack gap={14}>
      <Alert color="yellow" icon={<IconAlertTriangle size={16} />}>{t("session:recovery.text")}</Alert>
      <ul className={classes.codes}>{codes.map((code) => <li key={code}>{code}</li>)}</ul>
      <CopyField value={codes.join("\n")} shown={t("account:factor.copyAll")} label={t("session:recovery.title")} />
      <Group justify="flex-end"><Button onClick={onClose}>{t("common:done")}</Button></Group>
    </Stack>
  );
}

/** Recovery codes and the authenticator. */
export function SecondFactorCard() {
  const { t } = useTranslation(["account", "session", "common"]);
  const errors = useErrorText();
  const client = useQueryClient();
  const codes = useNewRecoveryCodes();
  const replace = useReplaceTotp();
  const [asking, ask] = useState<"codes" | "replace" | null>(null);
  const failed = (error: unknown): void => { ask(null); toastFailed(errors.of(error)); };
  return (
    <Card title={t("account:factor.title")}>
      <p className="dim">{t("account:factor.text")}</p>
      <Group gap={8} mt={10}>
        <Button variant="default" onClick={() => { ask("codes"); }}>{t("account:factor.codes")}</Button>
        <Button variant="default" onClick={() => { ask("replace"); }}>{t("account:factor.replace")}</Button>
      </Group>
      <ConfirmDialog opened={asking === "codes" && codes.data === undefined} busy={codes.isPending} title={t("account:factor.codesTitle")} confirmLabel={t("account:factor.codesGo")} onClose={() => { ask(null); }} onConfirm={() => { codes.mutate(undefined, { onError: failed }); }}>
        <p>{t("account:factor.codesText")}</p>
      </ConfirmDialog>
      <Modal opened={codes.data !== undefined} onClose={() => { codes.reset(); ask(null); }} closeOnClickOutside={false} title={t("session:recovery.title")} closeButtonProps={{ "aria-label": t("common:close") }}>
        {codes.data ? <NewCodes codes={codes.data.recovery_codes} onClose={() => { codes.reset(); ask(null); }} /> : null}
      </Modal>
      <ConfirmDialog
        opened={asking === "replace"}
        danger
        busy={replace.isPending}
        title={t("account:factor.replaceTitle")}
        confirmLabel={t("account:factor.replaceGo")}
        onClose={() => { ask(null); }}
        onConfirm={() => {
          replace.mutate(undefined, {
            // The session goes on as a half-finished sign-in: its page enrols the new authenticator.
            onSuccess: () => { client.clear(); window.location.assign("/sign-in"); },
            onError: failed,
          });
        }}
      >
        <p>{t("account:factor.replaceText")}</p>
      </ConfirmDialog>
    </Card>
  );
}
