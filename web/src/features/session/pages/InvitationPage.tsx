import { Alert, Button, PasswordInput, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { InvitationView, SessionState } from "@/api/types.ts";
import { PasswordStrength, SHORTEST_PASSWORD } from "@/domain/credentials/PasswordStrength.tsx";
import { useErrorText } from "@/i18n/errorText.ts";
import { setLanguage } from "@/i18n/index.ts";
import { useFormErrors } from "@/ui/formErrors.ts";
import { PendingPage } from "@/ui/RoutePages.tsx";
import { sessionQuery } from "../api.ts";
import { EnrollTotp } from "../components/EnrollTotp.tsx";
import { Frame } from "../components/Frame.tsx";
import { useAcceptInvitation, useInvitation } from "../passwordApi.ts";
import classes from "../session.module.css";
import { useEnterApp } from "./SignInPage.tsx";

interface StepProps {
  token: string;
  invitation: InvitationView;
  onDone: (state: SessionState) => void;
}

function useIntroduction({ invited_by, tenant_name, role }: InvitationView): string {
  const { t } = useTranslation(["session", "common"]);
  return t("session:invitation.text", { inviter: invited_by, tenant: tenant_name, role: t(`common:role.${role}`) });
}

/** Somebody new: a name and a password. */
function NewAccount({ token, invitation, onDone }: StepProps) {
  const { t, i18n } = useTranslation(["session", "common", "credentials"]);
  const accept = useAcceptInvitation();
  const form = useForm({
    initialValues: { name: "", password: "" },
    validate: {
      name: (value) => (value.trim() === "" ? t("common:required") : null),
      password: (value) =>
        value.length >= SHORTEST_PASSWORD ? null : t("credentials:passwordShort", { count: SHORTEST_PASSWORD }),
    },
  });
  const { general, apply } = useFormErrors(form, {
    "password.too_short": "password",
    "password.too_common": "password",
  });
  const submit = form.onSubmit(({ name, password }) => {
    accept.mutate(
      { token, name: name.trim(), password, language: i18n.language === "pl" ? "pl" : "en" },
      {
        onSuccess: ({ state }) => {
          onDone(state);
        },
        onError: apply,
      },
    );
  });
  return (
    <Frame title={t("session:invitation.title")} text={useIntroduction(invitation)}>
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
          value={invitation.email}
          readOnly
          variant="filled"
        />
        <TextInput label={t("common:name")} autoComplete="name" autoFocus required {...form.getInputProps("name")} />
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
        <Button type="submit" size="sm" loading={accept.isPending}>
          {t("session:invitation.create")}
        </Button>
      </form>
    </Frame>
  );
}

/** Somebody with an account: signed in as themselves they join with one click. */
function Join({ token, invitation, onDone }: StepProps) {
  const { t } = useTranslation("session");
  const errors = useErrorText();
  const accept = useAcceptInvitation();
  const navigate = useNavigate();
  const session = useQuery({ ...sessionQuery, retry: false });
  const text = useIntroduction(invitation);
  if (session.isPending) return <PendingPage />;
  const signedIn = session.data?.state === "complete";
  return (
    <Frame title={t("invitation.title")} text={text}>
      <div className={classes.form}>
        {accept.error ? (
          <Alert color="red" role="alert">
            {errors.of(accept.error)}
          </Alert>
        ) : null}
        <p>{t(signedIn ? "invitation.joinAs" : "invitation.signInFirst", { email: invitation.email })}</p>
        {signedIn ? (
          <Button
            size="sm"
            loading={accept.isPending}
            onClick={() => {
              accept.mutate(
                { token },
                {
                  onSuccess: ({ state }) => {
                    onDone(state);
                  },
                },
              );
            }}
          >
            {t("invitation.join")}
          </Button>
        ) : (
          <Button size="sm" onClick={() => void navigate({ to: "/sign-in", search: { next: `/invitation#${token}` } })}>
            {t("signIn.title")}
          </Button>
        )}
      </div>
    </Frame>
  );
}

/** The page behind the link of an invitation; its token comes after `#`, where no server log sees it. */
export function InvitationPage({ token }: { token: string }) {
  const { t } = useTranslation("session");
  const errors = useErrorText();
  const invitation = useInvitation(token);
  const [reached, reach] = useState<SessionState | null>(null);
  const enter = useEnterApp(undefined);
  const { data } = invitation;
  useEffect(() => {
    if (data) void setLanguage(data.language);
  }, [data]);
  if (reached === "totp_enrollment_required") return <EnrollTotp onDone={enter} />;
  if (token === "" || invitation.error) {
    const text = invitation.error ? errors.of(invitation.error) : errors.byCode("invitation.unknown");
    return (
      <Frame title={t("invitation.dead")} text={text}>
        <div className={classes.form}>
          <Button component={Link} to="/sign-in" variant="default">
            {t("setup.toSignIn")}
          </Button>
        </div>
      </Frame>
    );
  }
  if (!data) return <PendingPage />;
  const done = (state: SessionState): void => {
    if (state === "complete") enter();
    else reach(state);
  };
  const Step = data.account_exists ? Join : NewAccount;
  return <Step token={token} invitation={data} onDone={done} />;
}
