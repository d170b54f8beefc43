import { Alert, Button, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { AuthenticatorSecret } from "@/domain/credentials/AuthenticatorSecret.tsx";
import { CodeInput } from "@/domain/credentials/CodeInput.tsx";
import { useErrorText } from "@/i18n/errorText.ts";
import { enrollmentQuery, useConfirmTotp } from "../api.ts";
import classes from "../session.module.css";
import { Frame } from "./Frame.tsx";
import { RecoveryCodes } from "./RecoveryCodes.tsx";

/** Ties an authenticator app to the account, then hands out the recovery codes. */
export function EnrollTotp({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation(["session", "credentials"]);
  const errors = useErrorText();
  const enrollment = useQuery(enrollmentQuery);
  const confirm = useConfirmTotp();
  const [code, setCode] = useState("");
  const send = (value: string): void => {
    confirm.mutate(value, {
      onError: () => {
        setCode("");
      },
    });
  };

  if (confirm.data) return <RecoveryCodes codes={confirm.data.recovery_codes} onDone={onDone} />;
  const failure = confirm.error ?? enrollment.error;
  return (
    <Frame title={t("enroll.title")} text={t("enroll.text")}>
      <form
        className={classes.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          send(code);
        }}
      >
        {failure ? (
          <Alert color="red" role="alert">
            {errors.of(failure)}
          </Alert>
        ) : null}
        <ol className={classes.steps}>
          <li>{t("enroll.scan")}</li>
          <li>{t("enroll.type")}</li>
        </ol>
        {enrollment.data ? (
          <AuthenticatorSecret className={classes.qr} qrSvg={enrollment.data.qr_svg} secret={enrollment.data.secret} />
        ) : (
          <Skeleton height={200} width={200} style={{ alignSelf: "center" }} />
        )}
        <CodeInput label={t("credentials:code")} value={code} onChange={setCode} onComplete={send} />
        <Button type="submit" size="sm" loading={confirm.isPending} disabled={code.length < 6 || !enrollment.data}>
          {t("enroll.go")}
        </Button>
      </form>
    </Frame>
  );
}
