import { Alert, Button, Checkbox, PasswordInput, Stack } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { PasswordStrength, SHORTEST_PASSWORD } from "@/domain/credentials/PasswordStrength.tsx";
import { useMe } from "@/domain/me.ts";
import { Card } from "@/ui/Facts.tsx";
import { useFormErrors } from "@/ui/formErrors.ts";
import { toastDone } from "@/ui/toast.tsx";
import { useChangePassword } from "../api.ts";

export function PasswordCard() {
  const { t } = useTranslation(["profile", "credentials", "common"]);
  const me = useMe();
  const change = useChangePassword();
  const form = useForm({
    initialValues: { current_password: "", new_password: "", api_keys: false },
    validate: {
      current_password: (value) => (value === "" ? t("common:required") : null),
      new_password: (value) =>
        value.length >= SHORTEST_PASSWORD ? null : t("credentials:passwordShort", { count: SHORTEST_PASSWORD }),
    },
  });
  const { general, apply } = useFormErrors(form, {
    "password.wrong": "current_password",
    "password.too_short": "new_password",
    "password.too_common": "new_password",
  });
  const submit = form.onSubmit((values) => {
    change.mutate(values, {
      onSuccess: () => {
        form.reset();
        toastDone(t("profile:password.done"));
      },
      onError: apply,
    });
  });
  const eye = { "aria-label": t("credentials:showPassword") };
  return (
    <Card title={t("profile:password.title")}>
      <form noValidate onSubmit={submit}>
        <Stack gap={12}>
          {general === null ? null : (
            <Alert color="red" role="alert">
              {general}
            </Alert>
          )}
          <input type="text" autoComplete="username" value={me.email} readOnly hidden />
          <PasswordInput
            label={t("profile:password.current")}
            autoComplete="current-password"
            required
            visibilityToggleButtonProps={eye}
            {...form.getInputProps("current_password")}
          />
          <div>
            <PasswordInput
              label={t("profile:password.new")}
              autoComplete="new-password"
              required
              visibilityToggleButtonProps={eye}
              {...form.getInputProps("new_password")}
            />
            <PasswordStrength password={form.values.new_password} />
          </div>
          <p className="dim">{t("profile:password.text")}</p>
          <Checkbox label={t("profile:keysToo")} {...form.getInputProps("api_keys", { type: "checkbox" })} />
          <div>
            <Button type="submit" loading={change.isPending} disabled={!form.isDirty()}>
              {t("profile:password.go")}
            </Button>
          </div>
        </Stack>
      </form>
    </Card>
  );
}
