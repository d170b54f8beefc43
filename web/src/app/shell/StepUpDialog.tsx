import { Alert, Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef, useState, type KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "@/api/client.ts";
import { provideStepUp } from "@/api/stepUp.ts";
import { CodeInput } from "@/ui/CodeInput.tsx";
import { useErrorText } from "@/ui/errorText.ts";

/** Escape closes this dialog alone: whatever was typed into the one below stays. */
const OWN_ESCAPE = { "data-mantine-stop-propagation": true };

type Factor = { code: string } | { recovery_code: string };

function Question({ onGiven, onCancel }: { onGiven: () => void; onCancel: () => void }) {
  const { t } = useTranslation(["shell", "common", "session"]);
  const errors = useErrorText();
  const [recovery, setRecovery] = useState(false);
  const [code, setCode] = useState("");
  const give = useMutation({ mutationFn: (body: Factor) => unwrap(api.POST("/api/v1/session/step-up", { body })) });
  const send = (value: string): void => {
    give.mutate(recovery ? { recovery_code: value.trim() } : { code: value }, { onSuccess: onGiven, onError: () => { setCode(""); } });
  };
  const escape = (event: KeyboardEvent): void => { if (event.key === "Escape") onCancel(); };
  return (
    <form noValidate onKeyDown={escape} onSubmit={(event) => { event.preventDefault(); event.stopPropagation(); send(code); }}>
      <Stack gap={12}>
        <p>{t("shell:stepUp.text")}</p>
        {give.error ? <Alert color="red" role="alert">{errors.of(give.error)}</Alert> : null}
        {recovery
          ? <TextInput {...OWN_ESCAPE} label={t("session:totp.recoveryCode")} autoComplete="off" data-autofocus required value={code} onChange={(event) => { setCode(event.currentTarget.value); }} />
          : <CodeInput label={t("session:totp.code")} value={code} onChange={setCode} onComplete={send} ownEscape />}
        <Group justify="space-between" gap={8}>
          <Button {...OWN_ESCAPE} variant="subtle" px={8} onClick={() => { setRecovery(!recovery); setCode(""); give.reset(); }}>{recovery ? t("session:totp.useCode") : t("session:totp.useRecovery")}</Button>
          <Group gap={8}>
            <Button {...OWN_ESCAPE} variant="default" onClick={onCancel}>{t("common:cancel")}</Button>
            <Button {...OWN_ESCAPE} type="submit" loading={give.isPending} disabled={recovery ? code.trim() === "" : code.length < 6}>{t("shell:stepUp.go")}</Button>
          </Group>
        </Group>
      </Stack>
    </form>
  );
}

/** Asks for a fresh second factor when the server wants one; whatever was asked for then goes on by itself. */
export function StepUpDialog() {
  const { t } = useTranslation(["shell", "common"]);
  const [opened, setOpened] = useState(false);
  const answer = useRef<((given: boolean) => void) | null>(null);
  useEffect(() => provideStepUp(() => new Promise((resolve) => {
    answer.current = resolve;
    setOpened(true);
  })), []);
  const close = (given: boolean): void => {
    setOpened(false);
    answer.current?.(given);
    answer.current = null;
  };
  return (
    <Modal opened={opened} onClose={() => { close(false); }} title={t("shell:stepUp.title")} zIndex={400} closeOnClickOutside={false} closeButtonProps={{ ...OWN_ESCAPE, "aria-label": t("common:close") }}>
      {opened ? <Question onGiven={() => { close(true); }} onCancel={() => { close(false); }} /> : null}
    </Modal>
  );
}
