import { Loader, Modal } from "@mantine/core";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { provideStepUp } from "@/api/stepUp.ts";
import { OWN_ESCAPE } from "@/domain/credentials/ownEscape.ts";

/** Comes when somebody is asked for the first time. */
const StepUpQuestion = lazy(() => import("./StepUpQuestion.tsx"));

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
        <Suspense fallback={<Loader size={18} />}>
          <StepUpQuestion
            onGiven={() => {
              close(true);
            }}
            onCancel={() => {
              close(false);
            }}
          />
        </Suspense>
      ) : null}
    </Modal>
  );
}
