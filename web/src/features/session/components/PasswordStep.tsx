import { Alert, Button, PasswordInput, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { SessionState } from "@/api/types.ts";
import { useFormErrors } from "@/ui/formErrors.ts";
import { useSignIn } from "../api.ts";
import classes from "../session.module.css";
import { Frame } from "./Frame.tsx";

export function PasswordStep({ onDone }: { onDone: (state: SessionState) => void }) {
  const { t } = useTranslation(["session", "common", "credentials"]);
  const signIn = useSignIn();
  const form = useForm({
    initialValues: { email: "", password: "" },
    validate: {
      email: (value) => (value.includes("@") ? null : t("common:emailInvalid")),
      password: (value) => (value === "" ? t("common:required") : null),
    },
  });
  const { general, apply } = useFormErrors(form);
  const submit = form.onSubmit((values) => {
    signIn.mutate(values, {
      onSuccess: ({ state }) => {
        onDone(state);
      },
      onError: apply,
    });
  });
  return (
    <Frame title={t("session:signIn.title")}>
      <form className={classes.form} noValidate onSubmit={submit}>
        {general === null ? null : (
          <Alert color="red" role="alert">
            {general}
          </Alert>
        )}
        <TextInput
          label={t("common:email")}
          type="email"
          autoComplete="username"
          autoFocus
          required
          {...form.getInputProps("email")}
        />
        <PasswordInput
          label={t("session:password")}
          autoComplete="current-password"
          required
          visibilityToggleButtonProps={{ "aria-label": t("credentials:showPassword") }}
          {...form.getInputProps("password")}
        />
        <Button type="submit" size="sm" loading={signIn.isPending}>
          {t("session:signIn.go")}
        </Button>
        <Button component={Link} to="/forgot-password" variant="subtle">
          {t("session:forgot.link")}
        </Button>
      </form>
    </Frame>
  );
}
