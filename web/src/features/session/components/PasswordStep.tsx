import { Alert, Button, PasswordInput, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { SessionState } from "@/api/types.ts";
import { useFormErrors } from "@/ui/formErrors.ts";
import { setupQuery, useSignIn } from "../api.ts";
import classes from "../session.module.css";
import { Frame } from "./Frame.tsx";

interface PasswordStepProps {
  /** Somebody was signed in a moment ago. */
  expired: boolean;
  onDone: (state: SessionState) => void;
}

export function PasswordStep({ expired, onDone }: PasswordStepProps) {
  const { t } = useTranslation(["session", "common", "credentials"]);
  const signIn = useSignIn();
  // Nobody can sign in before there is an account: whoever starts the server has the link that makes the first.
  const setup = useQuery({ ...setupQuery, retry: false });
  const why = setup.data?.open === true ? t("session:signIn.fresh") : expired ? t("session:signIn.expired") : null;
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
        {why === null ? null : (
          <Alert color="blue" role="status">
            {why}
          </Alert>
        )}
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
