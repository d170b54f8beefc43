import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Device } from "@/api/types.ts";
import { useErrorText } from "@/ui/errorText.ts";
import { ReasonItem } from "@/ui/ReasonItem.tsx";
import { toastDone, toastFailed } from "@/ui/toast.tsx";
import { useAgentUpdate, useUpdateAgent } from "./agentUpdate.ts";

function Started({ taskId, host }: { taskId: string; host: string }) {
  const { t } = useTranslation(["work", "common"]);
  return <>{t("work:started", { kind: t("common:kind.agent.update"), host })} <Link to="/tasks/$taskId" params={{ taskId }}>{t("work:openTask")}</Link></>;
}

/** Offered only where there is something newer; the reader does not choose bytes, the server does. */
export function AgentUpdateItem({ device, icon, reason }: { device: Device; icon: ReactNode; reason: string | undefined }) {
  const { t } = useTranslation("devices");
  const errors = useErrorText();
  const { version, isNewer } = useAgentUpdate(device);
  const update = useUpdateAgent();
  const nothing = isNewer ? undefined : version === null ? t("noRelease") : t("agentNewest");
  return (
    <ReasonItem
      leftSection={icon}
      reason={reason ?? nothing}
      onClick={() => {
        update.mutate(device.id, {
          onSuccess: (task) => { toastDone(<Started taskId={task.id} host={device.hostname} />); },
          onError: (error) => { toastFailed(errors.of(error)); },
        });
      }}
    >
      {version !== null && isNewer ? t("action.agent", { version }) : t("action.agentPlain")}
    </ReasonItem>
  );
}
