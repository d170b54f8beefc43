import { TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "@/api/client.ts";
import { useRefresh } from "@/api/families.ts";
import { useErrorText } from "@/i18n/errorText.ts";
import { ConfirmDialog } from "@/ui/ConfirmDialog.tsx";
import { toastDone, toastFailed } from "@/ui/toast.tsx";

interface FreezeBody {
  frozen: boolean;
  reason: string;
}

function useFreeze(tenantId: string | undefined) {
  return useMutation({
    mutationFn: (body: FreezeBody): Promise<unknown> =>
      unwrap<unknown>(
        tenantId === undefined
          ? api.POST("/api/v1/safety/fleet-freeze", { body })
          : api.POST("/api/v1/safety/freeze", { body: { ...body, tenant_id: tenantId } }),
      ),
    onSettled: useRefresh("freeze", "tasks"),
  });
}

interface FreezeDialogProps {
  opened: boolean;
  /** Freeze, or go on. */
  freeze: boolean;
  /** Absent = the whole fleet. */
  tenantId?: string;
  name: string;
  onClose: () => void;
}

/** Asks why before everything stops, and once more before everything goes on. */
export function FreezeDialog({ opened, freeze, tenantId, name, onClose }: FreezeDialogProps) {
  const { t } = useTranslation("freeze");
  const errors = useErrorText();
  const change = useFreeze(tenantId);
  const [reason, setReason] = useState("");
  const [typed, setTyped] = useState("");
  // The whole fleet is one slip away from everything: its name is typed, not clicked.
  const wanted = freeze && tenantId === undefined ? t("fleet.name") : null;
  const close = (): void => {
    setReason("");
    setTyped("");
    onClose();
  };
  return (
    <ConfirmDialog
      opened={opened}
      danger={freeze}
      busy={change.isPending}
      ready={!freeze || (reason.trim() !== "" && (wanted === null || typed.trim() === wanted))}
      title={freeze ? t("freeze.title", { name }) : t("unfreeze.title")}
      confirmLabel={freeze ? t("freeze.go") : t("unfreeze.go")}
      onClose={close}
      onConfirm={() => {
        change.mutate(
          { frozen: freeze, reason: reason.trim() },
          {
            onSuccess: () => {
              toastDone(freeze ? t("freeze.done") : t("unfreeze.done"));
            },
            onError: (error) => {
              toastFailed(errors.of(error));
            },
            onSettled: close,
          },
        );
      }}
    >
      <p>{freeze ? t("freeze.text") : t("unfreeze.text", { name })}</p>
      {freeze ? (
        <TextInput
          label={t("freeze.reason")}
          maxLength={300}
          required
          data-autofocus
          value={reason}
          onChange={(event) => {
            setReason(event.currentTarget.value);
          }}
        />
      ) : null}
      {wanted === null ? null : (
        <TextInput
          label={t("freeze.typeName", { name: wanted })}
          autoComplete="off"
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
          }}
        />
      )}
    </ConfirmDialog>
  );
}
