import { TextInput } from "@mantine/core";
import { IconPackageOff } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { TaskResults } from "@/api/types.ts";
import { Card, Fact } from "@/ui/Facts.tsx";
import { RestartDue } from "../devices/DeviceCells.tsx";
import type { Kind, OptionsProps } from "./kind.ts";
import { text, type Fields } from "./untrusted.ts";

const KB = /^KB\d{6,8}$/;

function asKb(typed: string): string {
  const word = typed.trim().toUpperCase();
  return /^\d/.test(word) ? `KB${word}` : word;
}

/** Takes an installed update away again, by its number. */
function Options({ params, onChange }: OptionsProps) {
  const { t } = useTranslation("kinds");
  const [typed, type] = useState(text(params["kb"]) ?? "");
  const isWrong = typed !== "" && !KB.test(asKb(typed));
  return (
    <TextInput
      label={t("updates.uninstall.kb")}
      description={t("updates.uninstall.hint")}
      maxLength={12}
      required
      data-autofocus
      error={isWrong ? t("updates.uninstall.invalid") : null}
      value={typed}
      onChange={(event) => {
        type(event.currentTarget.value);
        onChange({ kb: asKb(event.currentTarget.value) });
      }}
    />
  );
}

function Params({ params }: { params: Fields }) {
  const { t } = useTranslation("kinds");
  return <Fact name={t("updates.install.updates")}>{text(params["kb"])}</Fact>;
}

/** An update that was taken away. */
function Result({ result }: { result: TaskResults["updates.uninstall"] }) {
  const { t } = useTranslation("kinds");
  const { kb, restart_required: restart } = result;
  return (
    <Card title={t("result")} aside={restart ? <RestartDue /> : null}>
      <p>{restart ? t("updates.uninstall.afterRestart", { kb }) : t("updates.uninstall.done", { kb })}</p>
    </Card>
  );
}

export const updatesUninstall: Kind<"updates.uninstall"> = {
  icon: IconPackageOff,
  isGuarded: true,
  canRetry: true,
  start: {
    permission: "update:install",
    place: "updates",
    systems: ["windows"],
    isDanger: true,
    asks: true,
    Options,
    isReady: (params) => KB.test(text(params["kb"]) ?? ""),
  },
  Params,
  Result,
};
