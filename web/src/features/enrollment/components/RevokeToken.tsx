import { IconBan } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { EnrollmentToken } from "@/api/types.ts";
import { useDenial } from "@/domain/permissions.ts";
import { useErrorText } from "@/i18n/errorText.ts";
import { ConfirmDialog } from "@/ui/ConfirmDialog.tsx";
import { IconAction } from "@/ui/IconAction.tsx";
import { toastDone, toastFailed } from "@/ui/toast.tsx";
import { useRevokeToken } from "../api.ts";

export function RevokeToken({ token }: { token: EnrollmentToken }) {
  const { t } = useTranslation("enrollment");
  const denial = useDenial();
  const errors = useErrorText();
  const revoke = useRevokeToken();
  const [asking, ask] = useState(false);
  const close = (): void => {
    ask(false);
  };
  return (
    <>
      <IconAction
        label={t("revoke.open", { label: token.label })}
        icon={<IconBan size={17} />}
        disabledReason={
          denial("token:revoke", token.tenant_id) ?? (token.state === "active" ? undefined : t("revoke.notActive"))
        }
        onClick={() => {
          ask(true);
        }}
      />
      <ConfirmDialog
        opened={asking}
        danger
        busy={revoke.isPending}
        title={t("revoke.title", { label: token.label })}
        confirmLabel={t("revoke.go")}
        onClose={close}
        onConfirm={() => {
          revoke.mutate(token.id, {
            onSuccess: () => {
              toastDone(t("revoke.done", { label: token.label }));
            },
            onError: (error) => {
              toastFailed(errors.of(error));
            },
            onSettled: close,
          });
        }}
      >
        <p>{t("revoke.text")}</p>
      </ConfirmDialog>
    </>
  );
}
