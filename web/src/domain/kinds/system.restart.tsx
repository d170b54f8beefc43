import { Select, TextInput } from "@mantine/core";
import { IconPower } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Fact } from "@/ui/Facts.tsx";
import { useFormat } from "@/ui/format.ts";
import type { Kind, OptionsProps } from "./kind.ts";
import { number, text, type Fields } from "./untrusted.ts";

const DELAYS = [0, 60, 300, 900] as const;
const MINUTE = 60;

/** When, and what people at the device are told. */
function Options({ params, onChange }: OptionsProps) {
  const { t } = useTranslation("kinds");
  const delay = number(params["delay_seconds"]) ?? MINUTE;
  const [reason, setReason] = useState(text(params["reason"]) ?? "");
  return (
    <>
      <Select
        label={t("system.restart.when")}
        allowDeselect={false}
        data={DELAYS.map((seconds) => ({
          value: String(seconds),
          label: seconds === 0 ? t("system.restart.now") : t("system.restart.after", { count: seconds / MINUTE }),
        }))}
        value={String(delay)}
        onChange={(seconds) => {
          onChange({ ...params, delay_seconds: Number(seconds) });
        }}
      />
      <TextInput
        label={t("system.restart.reasonShown")}
        maxLength={200}
        value={reason}
        onChange={(event) => {
          setReason(event.currentTarget.value);
          onChange({ ...params, reason: event.currentTarget.value.trim() });
        }}
      />
    </>
  );
}

function Params({ params }: { params: Fields }) {
  const { t } = useTranslation("kinds");
  const format = useFormat();
  const delay = number(params["delay_seconds"]);
  return (
    <>
      <Fact name={t("system.restart.delay")}>{delay === null ? null : format.duration(delay)}</Fact>
      <Fact name={t("system.restart.reason")}>{text(params["reason"])}</Fact>
    </>
  );
}

export const systemRestart: Kind<"system.restart"> = {
  icon: IconPower,
  isGuarded: true,
  canRetry: true,
  start: {
    permission: "system:restart",
    place: "button",
    params: { delay_seconds: MINUTE, reason: "" },
    asks: true,
    isDanger: true,
    Options,
    shortcut: "r",
  },
  Params,
  Result: null,
};
