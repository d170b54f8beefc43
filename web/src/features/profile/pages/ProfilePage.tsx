import { Alert, Button, SegmentedControl, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import type { Language, Theme } from "@/api/types.ts";
import { useMe, useUpdateMe } from "@/domain/me.ts";
import { usePreferenceActions } from "@/domain/preferences.ts";
import { Card, Fact, Facts } from "@/ui/Facts.tsx";
import { useFormErrors } from "@/ui/formErrors.ts";
import { PageHeader } from "@/ui/PageHeader.tsx";
import { toastDone } from "@/ui/toast.tsx";
import { PasswordCard } from "../components/PasswordCard.tsx";
import { SecondFactorCard } from "../components/SecondFactorCard.tsx";
import { SessionsCard } from "../components/SessionsCard.tsx";
import classes from "../profile.module.css";

const LANGUAGES = ["pl", "en"] as const satisfies readonly Language[];
const THEMES = ["light", "dark", "system"] as const satisfies readonly Theme[];

function Identity() {
  const { t } = useTranslation(["profile", "common"]);
  const me = useMe();
  const update = useUpdateMe();
  const form = useForm({
    initialValues: { name: me.name },
    validate: { name: (value) => (value.trim() === "" ? t("common:required") : null) },
  });
  const { general, apply } = useFormErrors(form);
  const submit = form.onSubmit(({ name }) => {
    update.mutate(
      { name: name.trim() },
      {
        onSuccess: () => {
          toastDone(t("profile:saved"));
          form.resetDirty();
        },
        onError: apply,
      },
    );
  });
  return (
    <Card title={t("profile:identity")}>
      <form noValidate onSubmit={submit}>
        <Stack gap={12}>
          {general === null ? null : (
            <Alert color="red" role="alert">
              {general}
            </Alert>
          )}
          <TextInput
            label={t("common:name")}
            autoComplete="name"
            maxLength={120}
            required
            {...form.getInputProps("name")}
          />
          <TextInput
            label={t("profile:email")}
            value={me.email}
            readOnly
            variant="filled"
            description={t("profile:emailHint")}
          />
          <div>
            <Button type="submit" loading={update.isPending} disabled={!form.isDirty()}>
              {t("common:save")}
            </Button>
          </div>
        </Stack>
      </form>
    </Card>
  );
}

function Appearance() {
  const { t, i18n } = useTranslation(["profile", "common"]);
  const me = useMe();
  const { changeLanguage, changeTheme } = usePreferenceActions();
  return (
    <Card title={t("profile:appearance")}>
      <Stack gap={14} align="flex-start">
        <div>
          <div className={classes.label}>{t("common:language")}</div>
          <SegmentedControl
            aria-label={t("common:language")}
            data={LANGUAGES.map((value) => ({ value, label: t(`common:languageName.${value}`) }))}
            value={i18n.language}
            onChange={(value) => {
              changeLanguage(value as Language);
            }}
          />
        </div>
        <div>
          <div className={classes.label}>{t("profile:theme")}</div>
          <SegmentedControl
            aria-label={t("profile:theme")}
            data={THEMES.map((value) => ({ value, label: t(`common:theme.${value}`) }))}
            value={me.theme}
            onChange={(value) => {
              changeTheme(value as Theme);
            }}
          />
        </div>
      </Stack>
    </Card>
  );
}

function Access() {
  const { t } = useTranslation(["profile", "common"]);
  const me = useMe();
  return (
    <Card title={t("access")}>
      <Facts>
        {me.memberships.map((membership) => {
          const { tenant_id: id, tenant_name: name, role } = membership;
          return (
            <Fact key={id} name={name}>
              {t(`common:role.${role}`)}
            </Fact>
          );
        })}
      </Facts>
    </Card>
  );
}

export function ProfilePage() {
  const { t } = useTranslation("profile");
  return (
    <>
      <PageHeader title={t("title")} />
      <div className={classes.cards}>
        <Identity />
        <Appearance />
        <Access />
        <PasswordCard />
        <SecondFactorCard />
        <SessionsCard />
      </div>
    </>
  );
}
