import { Button, Group, Modal, NumberInput, SegmentedControl, Select, Stack, Textarea } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import type { Device } from "@/api/types.ts";
import { useStartJob } from "../startJob/context.ts";
import { oneDevice } from "../startJob/target.ts";
import type { StartDialogProps } from "./kind.ts";
import classes from "./kinds.module.css";

const SHELLS = { windows: ["powershell", "pwsh", "cmd", "python"], linux: ["bash", "sh", "python", "pwsh"] } as const;
/** As the protocol bounds it. */
const MOST_CHARACTERS = 128 * 1024;
const MINUTE = 60;
const MOST_MINUTES = 1440;
const DEFAULT_MINUTES = 60;

interface Values {
  shell: string;
  source: string;
  run_as: string;
  minutes: number;
}

function Body({ device, onClose }: { device: Device; onClose: () => void }) {
  const { t } = useTranslation(["kinds", "common"]);
  const { start } = useStartJob();
  const shells = SHELLS[device.os_family];
  const form = useForm<Values>({
    initialValues: { shell: shells[0], source: "", run_as: "system", minutes: DEFAULT_MINUTES },
    validate: {
      source: (value) => {
        if (value.trim() === "") return t("common:required");
        return value.length > MOST_CHARACTERS ? t("kinds:script.run.dialog.sourceTooLong") : null;
      },
      minutes: (value) =>
        Number.isInteger(value) && value >= 1 && value <= MOST_MINUTES
          ? null
          : t("kinds:script.run.dialog.timeoutInvalid"),
    },
  });
  const submit = form.onSubmit(({ shell, source, run_as: runAs, minutes }) => {
    start({
      kind: "script.run",
      params: { shell, source, run_as: runAs },
      timeoutSeconds: minutes * MINUTE,
      ...oneDevice(device),
    });
    onClose();
  });
  return (
    <form noValidate onSubmit={submit}>
      <Stack gap={12}>
        <Group grow align="flex-start">
          <Select
            label={t("kinds:script.run.shell")}
            allowDeselect={false}
            data={shells.map((shell) => ({ value: shell, label: t(`kinds:script.run.shells.${shell}`) }))}
            {...form.getInputProps("shell")}
          />
          <NumberInput
            label={t("kinds:script.run.dialog.timeout")}
            min={1}
            max={MOST_MINUTES}
            allowDecimal={false}
            {...form.getInputProps("minutes")}
          />
        </Group>
        <div role="group" aria-label={t("kinds:script.run.runAs")}>
          <div className={classes.label}>{t("kinds:script.run.runAs")}</div>
          <SegmentedControl
            aria-label={t("kinds:script.run.runAs")}
            data={[
              { value: "system", label: t("kinds:script.run.asSystem") },
              { value: "user", label: t("kinds:script.run.asUser") },
            ]}
            {...form.getInputProps("run_as")}
          />
        </div>
        <Textarea
          label={t("kinds:script.run.source")}
          description={t("kinds:script.run.dialog.sourceHint")}
          classNames={{ input: classes.code ?? "" }}
          rows={14}
          resize="vertical"
          spellCheck={false}
          autoCapitalize="off"
          autoCorrect="off"
          required
          data-autofocus
          {...form.getInputProps("source")}
        />
        <Group justify="flex-end" gap={8}>
          <Button variant="default" onClick={onClose}>
            {t("common:cancel")}
          </Button>
          <Button type="submit">{t("kinds:script.run.dialog.go")}</Button>
        </Group>
      </Stack>
    </form>
  );
}

/** A script of one's own, for one device. What was typed outlives a stray click beside the window. */
export default function ScriptDialog({ device, opened, onClose }: StartDialogProps) {
  const { t } = useTranslation(["kinds", "common"]);
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      closeOnClickOutside={false}
      size="xl"
      title={t("kinds:script.run.dialog.title", { name: device.hostname })}
      closeButtonProps={{ "aria-label": t("common:close") }}
    >
      {opened ? <Body device={device} onClose={onClose} /> : null}
    </Modal>
  );
}
