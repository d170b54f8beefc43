import { IconCloudUpload } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { TaskResults } from "@/api/types.ts";
import { Card, Fact, Facts } from "@/ui/Facts.tsx";
import type { Kind } from "./kind.ts";

/** The agent's version, before and now. */
function Result({ result }: { result: TaskResults["agent.update"] }) {
  const { t } = useTranslation("kinds");
  return (
    <Card title={t("result")}>
      <Facts>
        <Fact name={t("agent.update.now")}>{result.version}</Fact>
        <Fact name={t("agent.update.before")}>{result.previous_version}</Fact>
      </Facts>
    </Card>
  );
}

export const agentUpdate: Kind<"agent.update"> = {
  icon: IconCloudUpload,
  isGuarded: true,
  // The server chooses the bytes and starts it anew by itself.
  canRetry: false,
  start: { permission: "agent:update", place: "agent" },
  Params: null,
  Result,
};
