import { Alert, Button, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { SessionState } from "@/api/types.ts";
import { CodeInput } from "@/domain/credentials/CodeInput.tsx";
import { useErrorText } from "@/i18n/errorText.ts";
import { useVerifyTotp } from "../api.ts";
import classes from "../session.module.css";
import { Frame } from "./Frame.tsx";

/** The second factor: a code from the app, or one of the recovery codes. */
export function TotpStep({ onDone }: { onDone: (state: SessionState) => void }) {
  const { t } = useTranslation(["session", "credentials"]);
  const errors = useErrorText();
  const verify = useVerifyTotp();
  const [recovery, setRecovery] = useState(false);
  const [code, setCode] = useState("");
  const send = (value: string): void => {
    verify.mutate(recovery ? { recovery_code: value.trim() } : { code: value }, {
      onSuccess: ({ state }) => {
        onDone(state);
      },
      onError: () => {
        setCode("");
      },
    });
  };
  return (
    <Frame title={t("totp.title")} text={recovery ? t("totp.recoveryText") : t("totp.text")}>
      <form
        className={classes.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          send(code);
        }}
      >
        {verify.error ? (
          <Alert color="red" role="alert">
            {errors.of(verify.error)}
          </Alert>
        ) : null}
        {recovery ? (
          <TextInput
            label={t("credentials:recoveryCode")}
            autoComplete="off"
            autoFocus
            required
            value={code}
            onChange={(event) => {
              setCode(event.currentTarget.value);
            }}
          />
        ) : (
          <CodeInput label={t("credentials:code")} value={code} onChange={setCode} onComplete={send} />
        )}
        <Button
          type="submit"
          size="sm"
          loading={verify.isPending}
          disabled={recovery ? code.trim() === "" : code.length < 6}
        >
          {t("totp.go")}
        </Button>
        <Button
          variant="subtle"
          onClick={() => {
            setRecovery(!recovery);
            setCode("");
            verify.reset();
          }}
        >
          {recovery ? t("credentials:useCode") : t("credentials:useRecovery")}
        </Button>
      </form>
    </Frame>
  );
}
