import { Modal } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "@/api/client.ts";
import { provideStepUp } from "@/api/stepUp.ts";
import { FactorForm, OWN_ESCAPE, type Factor } from "@/domain/credentials/FactorForm.tsx";

function Question({ onGiven, onCancel }: { onGiven: () => void; onCancel: () => void }) {
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

/** Asks for a fresh second factor when the server wants one; whatever was asked for then goes on by itself. */
export function StepUpDialog() {
  const { t } = useTranslation(["shell", "common"]);
  const [opened, setOpened] = useState(false);
  const answer = useRef<((given: boolean) => void) | null>(null);
  useEffect(
    () =>
      provideStepUp(
        () =>
          new Promise((resolve) => {
            answer.current = resolve;
            setOpened(true);
          }),
      ),
    [],
  );
  const close = (given: boolean): void => {
    setOpened(false);
    answer.current?.(given);
    answer.current = null;
  };
  return (
    <Modal
      opened={opened}
      onClose={() => {
        close(false);
      }}
      title={t("shell:stepUp.title")}
      zIndex={400}
      closeOnClickOutside={false}
      closeButtonProps={{ ...OWN_ESCAPE, "aria-label": t("common:close") }}
    >
      {opened ? (
        <Question
          onGiven={() => {
            close(true);
          }}
          onCancel={() => {
            close(false);
          }}
        />
      ) : null}
    </Modal>
  );
}
