import { Alert, Button, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useFormErrors } from "@/ui/formErrors.ts";
import { Frame } from "../components/Frame.tsx";
import { useRequestReset } from "../passwordApi.ts";
import classes from "../session.module.css";

/** Asks for a mail with a link. What it says afterwards is the same whether there is an account or not. */
export function ForgotPasswordPage() {
  const { t } = useTranslation(["session", "common"]);
  const request = useRequestReset();
  const form = useForm({
    initialValues: { email: "" },
    validate: { email: (value) => (value.includes("@") ? null : t("common:emailInvalid")) },
  });
  const { general, apply } = useFormErrors(form);
  if (request.isSuccess) {
    return (
      <Frame title={t("session:forgot.sent")} text={t("session:forgot.sentText", { email: form.values.email })}>
        <div className={classes.form}>
          <Button component={Link} to="/sign-in" variant="default">
            {t("session:setup.toSignIn")}
          </Button>
        </div>
      </Frame>
    );
  }
  return (
    <Frame title={t("session:forgot.title")} text={t("session:forgot.text")}>
      <form
        className={classes.form}
        noValidate
        onSubmit={form.onSubmit(({ email }) => {
          request.mutate(email.trim(), { onError: apply });
        })}
      >
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
        <Button type="submit" size="sm" loading={request.isPending}>
          {t("session:forgot.go")}
        </Button>
        <Button component={Link} to="/sign-in" variant="subtle">
          {t("session:setup.toSignIn")}
        </Button>
      </form>
    </Frame>
  );
}
