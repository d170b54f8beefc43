import { IconMessage2 } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Fact } from "@/ui/Facts.tsx";
import type { Kind } from "./kind.ts";
import { text, type Fields } from "./untrusted.ts";

function Params({ params }: { params: Fields }) {
  const { t } = useTranslation("kinds");
  return <Fact name={t("diagnostics.echo.text")}>{text(params["text"])}</Fact>;
}

export const diagnosticsEcho: Kind<"diagnostics.echo"> = {
  icon: IconMessage2,
  isGuarded: false,
  canRetry: true,
  start: {
    permission: "task:create",
    place: "agent",
    params: { text: "Bosman", repeat: 5, interval_seconds: 1 },
  },
  Params,
  Result: null,
};
