import { Radio, Stack } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { JobCreate } from "@/api/types.ts";
import { useTypedAbove } from "@/domain/safety.ts";
import { useStartJob } from "@/domain/startJob/context.ts";
import { ConfirmDialog } from "@/ui/ConfirmDialog.tsx";
import { RestartChoice, type RestartPolicy } from "./RestartChoice.tsx";

export interface InstallMany {
  target: JobCreate["target"];
  hosts: string[];
  count: number;
  clear: () => void;
}

const SELECT = ["security", "all"] as const;
type Select = (typeof SELECT)[number];

/** Asks what to install on several devices, naming them. */
export function InstallManyDialog({ request, onClose }: { request: InstallMany | null; onClose: () => void }) {
  const { t } = useTranslation("updates");
  const { start, busy } = useStartJob();
  const [select, setSelect] = useState<Select>("security");
  const [restart, setRestart] = useState<RestartPolicy>("never");
  const count = request?.count ?? 0;
  const typedAbove = useTypedAbove("updates.install");
  return (
    <ConfirmDialog
      opened={request !== null}
      title={t("many.title", { count })}
      confirmLabel={t("many.go", { count })}
      busy={busy}
      hosts={request?.hosts ?? []}
      count={count}
      typedAbove={typedAbove}
      onClose={onClose}
      onConfirm={(typed) => {
        if (!request) return;
        start({
          kind: "updates.install",
          params: { select, restart },
          target: request.target,
          hosts: request.hosts,
          count,
          confirm: false,
          ...(typed === undefined ? {} : { typed }),
        });
        request.clear();
        onClose();
      }}
    >
      <Radio.Group
        label={t("many.what")}
        value={select}
        onChange={(value) => {
          setSelect(value as Select);
        }}
      >
        <Stack gap={10} mt={8}>
          {SELECT.map((value) => (
            <Radio key={value} size="xs" value={value} label={t(`many.select.${value}`)} />
          ))}
        </Stack>
      </Radio.Group>
      <RestartChoice value={restart} onChange={setRestart} />
    </ConfirmDialog>
  );
}
