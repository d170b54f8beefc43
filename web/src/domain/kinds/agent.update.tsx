import { IconCloudUpload } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Card, Fact, Facts } from "@/ui/Facts.tsx";
import type { Kind } from "./kind.ts";
import { text, type Fields } from "./untrusted.ts";

/** The agent's version, before and now. */
function Result({ result }: { result: Fields }) {
  const { t } = useTranslation("kinds");
  return (
    <Card title={t("result")}>
      <Facts>
        <Fact name={t("agent.update.now")}>{text(result["version"])}</Fact>
        <Fact name={t("agent.update.before")}>{text(result["previous_version"])}</Fact>
      </Facts>
    </Card>
  );
}

export const agentUpdate: Kind = {
  icon: IconCloudUpload,
  isGuarded: true,
  // The server chooses the bytes and starts it anew by itself.
  canRetry: false,
  start: { permission: "agent:update", place: "agent" },
  Params: null,
  Result,
};
