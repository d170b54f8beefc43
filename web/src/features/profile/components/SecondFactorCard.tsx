import { Alert, Button, Group, Modal, Stack } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { AuthenticatorSecret } from "@/domain/credentials/AuthenticatorSecret.tsx";
import { CodeInput } from "@/domain/credentials/CodeInput.tsx";
import { FactorForm } from "@/domain/credentials/FactorForm.tsx";
import { useErrorText } from "@/i18n/errorText.ts";
import { CopyField } from "@/ui/CopyField.tsx";
import { Card } from "@/ui/Facts.tsx";
import classes from "../account.module.css";
import { useConfirmReplacement, useNewRecoveryCodes, useReplaceTotp } from "../api.ts";

function NewCodes({ codes, onClose }: { codes: string[]; onClose: () => void }) {
  const { t } = useTranslation(["profile", "credentials", "common"]);
  return (
    <Stack gap={14}>
      <Alert color="yellow" icon={<IconAlertTriangle size={16} />}>
        {t("credentials:recovery.text")}
      </Alert>
      <ul className={classes.codes}>
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <CopyField value={codes.join("\n")} shown={t("profile:factor.copyAll")} label={t("credentials:recovery.title")} />
      <Group justify="flex-end">
        <Button onClick={onClose}>{t("common:done")}</Button>
      </Group>
    </Stack>
  );
}

interface StepProps {
  onCodes: (codes: string[]) => void;
  onCancel: () => void;
}

function MakeCodes({ onCodes, onCancel }: StepProps) {
  const { t } = useTranslation("profile");
  const make = useNewRecoveryCodes();
  return (
    <FactorForm
      text={t("factor.codesText")}
      go={t("factor.codesGo")}
      busy={make.isPending}
      error={make.error}
      onSend={(factor, refused) => {
        make.mutate(factor, {
          onSuccess: (made) => {
            onCodes(made.recovery_codes);
          },
          onError: refused,
        });
      }}
      onCancel={onCancel}
    />
  );
}

/** The old authenticator is good until the new one has proved that it has its secret. */
function Replace({ onCodes, onCancel }: StepProps) {
  const { t } = useTranslation(["profile", "common"]);
  const errors = useErrorText();
  const begin = useReplaceTotp();
  const confirm = useConfirmReplacement();
  const [code, setCode] = useState("");
  const send = (value: string): void => {
    confirm.mutate(value, {
      onSuccess: (made) => {
        onCodes(made.recovery_codes);
      },
      onError: () => {
        setCode("");
      },
    });
  };
  if (!begin.data) {
    return (
      <FactorForm
        text={t("profile:factor.replaceText")}
        go={t("profile:factor.replaceGo")}
        busy={begin.isPending}
        error={begin.error}
        onSend={(factor, refused) => {
          begin.mutate(factor, { onError: refused });
        }}
        onCancel={onCancel}
      />
    );
  }
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        send(code);
      }}
    >
      <Stack gap={12}>
        {confirm.error ? (
          <Alert color="red" role="alert">
            {errors.of(confirm.error)}
          </Alert>
        ) : null}
        <p>{t("profile:factor.replaceScan")}</p>
        <AuthenticatorSecret className={classes.qr} qrSvg={begin.data.qr_svg} secret={begin.data.secret} />
        <CodeInput label={t("profile:factor.replaceCode")} value={code} onChange={setCode} onComplete={send} />
        <Group justify="flex-end" gap={8}>
          <Button variant="default" onClick={onCancel}>
            {t("common:cancel")}
          </Button>
          <Button type="submit" loading={confirm.isPending} disabled={code.length < 6}>
            {t("profile:factor.replaceDone")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Recovery codes and the authenticator. */
export function SecondFactorCard() {
  const { t } = useTranslation(["profile", "credentials", "common"]);
  const [asking, ask] = useState<"codes" | "replace" | null>(null);
  const [codes, setCodes] = useState<string[] | null>(null);
  const close = (): void => {
    ask(null);
    setCodes(null);
  };
  const title = codes
    ? t("credentials:recovery.title")
    : asking === "replace"
      ? t("profile:factor.replaceTitle")
      : t("profile:factor.codesTitle");
  return (
    <Card title={t("profile:factor.title")}>
      <p className="dim">{t("profile:factor.text")}</p>
      <Group gap={8} mt={10}>
        <Button
          variant="default"
          onClick={() => {
            ask("codes");
          }}
        >
          {t("profile:factor.codes")}
        </Button>
        <Button
          variant="default"
          onClick={() => {
            ask("replace");
          }}
        >
          {t("profile:factor.replace")}
        </Button>
      </Group>
      <Modal
        opened={asking !== null}
        onClose={close}
        closeOnClickOutside={false}
        title={title}
        closeButtonProps={{ "aria-label": t("common:close") }}
      >
        {codes ? (
          <NewCodes codes={codes} onClose={close} />
        ) : asking === "codes" ? (
          <MakeCodes onCodes={setCodes} onCancel={close} />
        ) : asking === "replace" ? (
          <Replace onCodes={setCodes} onCancel={close} />
        ) : null}
      </Modal>
    </Card>
  );
}
