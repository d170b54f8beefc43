import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "@/api/client.ts";
import { FactorForm, type Factor } from "@/domain/credentials/FactorForm.tsx";

/** The question for a fresh second factor, and its answer. */
export default function StepUpQuestion({ onGiven, onCancel }: { onGiven: () => void; onCancel: () => void }) {
  const { t } = useTranslation("shell");
  const give = useMutation({ mutationFn: (body: Factor) => unwrap(api.POST("/api/v1/session/step-up", { body })) });
  return (
    <FactorForm
      text={t("stepUp.text")}
      go={t("stepUp.go")}
      busy={give.isPending}
      error={give.error}
      onSend={(factor, refused) => {
        give.mutate(factor, { onSuccess: onGiven, onError: refused });
      }}
      onCancel={onCancel}
    />
  );
}
