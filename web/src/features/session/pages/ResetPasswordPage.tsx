import { Alert, Button, PasswordInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/client.ts";
import { PasswordStrength, SHORTEST_PASSWORD } from "@/domain/credentials/PasswordStrength.tsx";
import { useFormErrors } from "@/ui/formErrors.ts";
import { Frame } from "../components/Frame.tsx";
import { useCompleteReset } from "../passwordApi.ts";
import classes from "../session.module.css";

/** A new password by the mailed link, whose token comes after `#`, where no server log sees it. */
export function ResetPasswordPage({ token }: { token: string }) {
  const { t } = useTranslation(["session", "credentials"]);
  const complete = useCompleteReset();
  const form = useForm({
    initialValues: { password: "" },
    validate: {
      password: (value) =>
        value.length >= SHORTEST_PASSWORD ? null : t("credentials:passwordShort", { count: SHORTEST_PASSWORD }),
    },
  });
  const { general, apply } = useFormErrors(form, {
    "password.too_short": "password",
    "password.too_common": "password",
  });
  const dead =
    token === "" ||
    (complete.error instanceof ApiError &&
      (complete.error.code === "password.bad_link" || complete.error.fields.length > 0));
  if (dead) {
    return (
      <Frame title={t("reset.dead")} text={t("reset.deadText")}>
        <div className={classes.form}>
          <Button component={Link} to="/forgot-password">
            {t("reset.again")}
          </Button>
        </div>
      </Frame>
    );
  }
  if (complete.isSuccess) {
    return (
      <Frame title={t("reset.done")} text={t("reset.doneText")}>
        <div className={classes.form}>
          <Button component={Link} to="/sign-in">
            {t("setup.toSignIn")}
          </Button>
        </div>
      </Frame>
    );
  }
  return (
    <Frame title={t("reset.title")} text={t("reset.text")}>
      <form
        className={classes.form}
        noValidate
        onSubmit={form.onSubmit(({ password }) => {
          complete.mutate({ token, password }, { onError: apply });
        })}
      >
        {general === null ? null : (
          <Alert color="red" role="alert">
            {general}
          </Alert>
        )}
        <div>
          <PasswordInput
            label={t("reset.password")}
            autoComplete="new-password"
            autoFocus
            required
            visibilityToggleButtonProps={{ "aria-label": t("credentials:showPassword") }}
            {...form.getInputProps("password")}
          />
          <PasswordStrength password={form.values.password} />
        </div>
        <Button type="submit" size="sm" loading={complete.isPending}>
          {t("reset.go")}
        </Button>
      </form>
    </Frame>
  );
}
