import { Button } from "@mantine/core";
import { IconRotate } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { confirmationCount } from "@/domain/safety.ts";
import { useErrorText } from "@/i18n/errorText.ts";
import { ConfirmDialog } from "@/ui/ConfirmDialog.tsx";
import { toastFailed } from "@/ui/toast.tsx";

interface RetryButtonProps {
  label: string;
  /** What is tried again, for the question that a limit may ask. */
  title: string;
  /** On how many devices. */
  count: number;
  disabled: boolean;
  /** Makes the work; `typed` is the number that the reader has confirmed. */
  retry: (typed?: number) => Promise<void>;
}

/** Tries failed work again; where the limits ask for it, only after the number of devices was typed. */
export function RetryButton({ label, title, count, disabled, retry }: RetryButtonProps) {
  const { t } = useTranslation("tasks");
  const errors = useErrorText();
  const [busy, setBusy] = useState(false);
  const [toType, setToType] = useState<number | null>(null);
  const again = async (typed?: number): Promise<void> => {
    setBusy(true);
    try {
      await retry(typed);
      setToType(null);
    } catch (error) {
      const wanted = confirmationCount(error);
      setToType(wanted);
      if (wanted === null) toastFailed(errors.of(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button leftSection={<IconRotate size={16} />} loading={busy} disabled={disabled} onClick={() => void again()}>
        {label}
      </Button>
      <ConfirmDialog
        opened={toType !== null}
        busy={busy}
        title={t("retryTitle", { title })}
        confirmLabel={label}
        count={count}
        total={toType ?? 0}
        typedAbove={0}
        onClose={() => {
          setToType(null);
        }}
        onConfirm={(typed) => void again(typed)}
      />
    </>
  );
}
