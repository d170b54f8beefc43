import { Alert, Button, Group, Stack, TextInput } from "@mantine/core";
import { useState, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { useErrorText } from "@/i18n/errorText.ts";
import { CodeInput } from "./CodeInput.tsx";
import { OWN_ESCAPE } from "./ownEscape.ts";

export type Factor = { code: string } | { recovery_code: string };

interface FactorFormProps {
  text: string;
  go: string;
  busy: boolean;
  error: unknown;
  /** Sends the code; calls back where it was refused. */
  onSend: (factor: Factor, refused: () => void) => void;
  onCancel: () => void;
}

/** A code from the authenticator app, or one of the recovery codes. */
export function FactorForm({ text, go, busy, error, onSend, onCancel }: FactorFormProps) {
  const { t } = useTranslation(["common", "credentials"]);
  const errors = useErrorText();
  const [recovery, setRecovery] = useState(false);
  const [code, setCode] = useState("");
  const send = (value: string): void => {
    onSend(recovery ? { recovery_code: value.trim() } : { code: value }, () => {
      setCode("");
    });
  };
  const escape = (event: KeyboardEvent): void => {
    if (event.key === "Escape") onCancel();
  };
  return (
    <form
      noValidate
      onKeyDown={escape}
      onSubmit={(event) => {
        event.preventDefault();
        event.stopPropagation();
        send(code);
      }}
    >
      <Stack gap={12}>
        <p>{text}</p>
        {error ? (
          <Alert color="red" role="alert">
            {errors.of(error)}
          </Alert>
        ) : null}
        {recovery ? (
          <TextInput
            {...OWN_ESCAPE}
            label={t("credentials:recoveryCode")}
            autoComplete="off"
            data-autofocus
            required
            value={code}
            onChange={(event) => {
              setCode(event.currentTarget.value);
            }}
          />
        ) : (
          <CodeInput label={t("credentials:code")} value={code} onChange={setCode} onComplete={send} ownEscape />
        )}
        <Group justify="space-between" gap={8}>
          <Button
            {...OWN_ESCAPE}
            variant="subtle"
            px={8}
            onClick={() => {
              setRecovery(!recovery);
              setCode("");
            }}
          >
            {recovery ? t("credentials:useCode") : t("credentials:useRecovery")}
          </Button>
          <Group gap={8}>
            <Button {...OWN_ESCAPE} variant="default" onClick={onCancel}>
              {t("common:cancel")}
            </Button>
            <Button
              {...OWN_ESCAPE}
              type="submit"
              loading={busy}
              disabled={recovery ? code.trim() === "" : code.length < 6}
            >
              {go}
            </Button>
          </Group>
        </Group>
      </Stack>
    </form>
  );
}
