import { Alert, Button, PasswordInput, Select, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Language, SessionState } from "@/api/types.ts";
import { PasswordStrength, SHORTEST_PASSWORD } from "@/domain/credentials/PasswordStrength.tsx";
import { LANGUAGES, setLanguage } from "@/i18n/index.ts";
import { useFormErrors } from "@/ui/formErrors.ts";
import { PendingPage } from "@/ui/RoutePages.tsx";
import { setupQuery, useSetup } from "../api.ts";
import { EnrollTotp } from "../components/EnrollTotp.tsx";
import { Frame } from "../components/Frame.tsx";
import classes from "../session.module.css";
import { useEnterApp } from "./SignInPage.tsx";

function SetupForm({ code, onDone }: { code: string; onDone: (state: SessionState) => void }) {
  const { t, i18n } = useTranslation(["session", "common", "credentials"]);
  const setup = useSetup();
  const form = useForm({
    initialValues: { code, email: "", name: "", password: "" },
    validate: {
      code: (value) => (value.trim() === "" ? t("common:required") : null),
      email: (value) => (value.includes("@") ? null : t("common:emailInvalid")),
      name: (value) => (value.trim() === "" ? t("common:required") : null),
      password: (value) =>
        value.length >= SHORTEST_PASSWORD ? null : t("credentials:passwordShort", { count: SHORTEST_PASSWORD }),
    },
  });
  const { general, apply } = useFormErrors(form, {
    "setup.bad_code": "code",
    "password.too_short": "password",
    "password.too_common": "password",
  });
  const submit = form.onSubmit((values) => {
    const language = i18n.language === "pl" ? "pl" : "en";
    setup.mutate(
      { ...values, code: values.code.trim(), language },
      {
        onSuccess: ({ state }) => {
          onDone(state);
        },
        onError: apply,
      },
    );
  });
  return (
    <Frame title={t("session:setup.title")} text={t("session:setup.text")}>
      <form className={classes.form} noValidate onSubmit={submit}>
        {general === null ? null : (
          <Alert color="red" role="alert">
            {general}
          </Alert>
        )}
        <TextInput label={t("session:setup.code")} autoComplete="off" required {...form.getInputProps("code")} />
        <TextInput label={t("common:name")} autoComplete="name" autoFocus required {...form.getInputProps("name")} />
        <TextInput
          label={t("common:email")}
          type="email"
          autoComplete="username"
          required
          {...form.getInputProps("email")}
        />
        <div>
          <PasswordInput
            label={t("session:password")}
            autoComplete="new-password"
            required
            visibilityToggleButtonProps={{ "aria-label": t("credentials:showPassword") }}
            {...form.getInputProps("password")}
          />
          <PasswordStrength password={form.values.password} />
        </div>
        <Select
          label={t("common:language")}
          allowDeselect={false}
          data={LANGUAGES.map((value) => ({ value, label: t(`common:languageName.${value}`) }))}
          value={i18n.language}
          onChange={(value) => void setLanguage(value as Language)}
        />
        <Button type="submit" size="sm" loading={setup.isPending}>
          {t("session:setup.go")}
        </Button>
      </form>
    </Frame>
  );
}

/** Makes the first owner. The one-time code comes in the address after `#`, where no server log sees it. */
export function SetupPage({ code }: { code: string }) {
  const { t } = useTranslation("session");
  const setup = useQuery({ ...setupQuery, retry: false });
  const [reached, reach] = useState<SessionState | null>(null);
  const enter = useEnterApp(undefined);
  if (reached === "totp_enrollment_required") return <EnrollTotp onDone={enter} />;
  if (setup.isPending) return <PendingPage />;
  if (setup.isError) {
    return (
      <Frame title={t("setup.closed")} text={t("setup.closedText")}>
        <div className={classes.form}>
          <Button component={Link} to="/sign-in">
            {t("setup.toSignIn")}
          </Button>
        </div>
      </Frame>
    );
  }
  return (
    <SetupForm
      code={code}
      onDone={(state) => {
        if (state === "complete") enter();
        else reach(state);
      }}
    />
  );
}
