import { Link } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Device } from "@/api/types.ts";
import { confirmationCount } from "@/domain/safety.ts";
import { useErrorText } from "@/i18n/errorText.ts";
import { ConfirmDialog } from "@/ui/ConfirmDialog.tsx";
import { toastDone, toastFailed } from "@/ui/toast.tsx";
import { useAgentUpdate, useUpdateAgent } from "../agentUpdate.ts";

function Started({ taskId, host }: { taskId: string; host: string }) {
  const { t } = useTranslation(["kinds", "startJob"]);
  return (
    <>
      {t("startJob:started", { kind: t("kinds:agent.update.name"), host })}{" "}
      <Link to="/tasks/$taskId" params={{ taskId }}>
        {t("startJob:openTask")}
      </Link>
    </>
  );
}

/** What a menu needs to offer a newer agent; the dialog stands beside the menu, which goes when it closes. */
interface Offer {
  name: string;
  /** Why there is nothing to do. */
  nothing: string | undefined;
  start: () => void;
  dialog: ReactNode;
}

/** Offered only where there is something newer; the reader does not choose bytes, the server does. */
export function useAgentUpdateOffer(device: Device): Offer {
  const { t } = useTranslation(["devices", "kinds"]);
  const errors = useErrorText();
  const { version, isNewer } = useAgentUpdate(device);
  const update = useUpdateAgent();
  const [total, setTotal] = useState<number | null>(null);
  const name =
    version !== null && isNewer ? t("kinds:agent.update.actionTo", { version }) : t("kinds:agent.update.action");
  const start = (typed?: number): void => {
    update.mutate(
      { deviceId: device.id, ...(typed === undefined ? {} : { typed }) },
      {
        onSuccess: (task) => {
          setTotal(null);
          toastDone(<Started taskId={task.id} host={device.hostname} />);
        },
        onError: (error) => {
          const asked = confirmationCount(error);
          setTotal(asked);
          if (asked === null) toastFailed(errors.of(error));
        },
      },
    );
  };
  return {
    name,
    nothing: isNewer ? undefined : version === null ? t("devices:noRelease") : t("devices:agentNewest"),
    start: () => {
      start();
    },
    dialog: (
      <ConfirmDialog
        opened={total !== null}
        title={name}
        confirmLabel={name}
        busy={update.isPending}
        hosts={[device.hostname]}
        total={total ?? 0}
        typedAbove={0}
        onClose={() => {
          setTotal(null);
        }}
        onConfirm={start}
      />
    ),
  };
}
