import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTranslation } from "react-i18next";
import type { Device } from "@/api/types.ts";
import { useStartJob } from "../startJob/context.ts";
import { oneDevice } from "../startJob/target.ts";
import type { StartDialogProps } from "./kind.ts";

const KB = /^KB\d{6,8}$/;

function asKb(typed: string): string {
  const word = typed.trim().toUpperCase();
  return /^\d/.test(word) ? `KB${word}` : word;
}

function Body({ device, onClose }: { device: Device; onClose: () => void }) {
  const { t } = useTranslation(["kinds", "common"]);
  const { start } = useStartJob();
  const form = useForm({
    initialValues: { kb: "" },
    validate: { kb: (value) => (KB.test(asKb(value)) ? null : t("kinds:updates.uninstall.dialog.invalid")) },
  });
  const submit = form.onSubmit(({ kb }) => {
    start({ kind: "updates.uninstall", params: { kb: asKb(kb) }, confirm: false, ...oneDevice(device) });
    onClose();
  });
  return (
    <form noValidate onSubmit={submit}>
      <Stack gap={12}>
        <TextInput
          label={t("kinds:updates.uninstall.dialog.kb")}
          description={t("kinds:updates.uninstall.dialog.hint")}
          maxLength={12}
          required
          data-autofocus
          {...form.getInputProps("kb")}
        />
        <Group justify="flex-end" gap={8}>
          <Button variant="default" onClick={onClose}>
            {t("common:cancel")}
          </Button>
          <Button type="submit" color="red.8">
            {t("kinds:updates.uninstall.dialog.go")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Takes an installed update away again, by its number. */
export default function UninstallDialog({ device, opened, onClose }: StartDialogProps) {
  const { t } = useTranslation(["kinds", "common"]);
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t("kinds:updates.uninstall.dialog.title", { name: device.hostname })}
      closeButtonProps={{ "aria-label": t("common:close") }}
    >
      {opened ? <Body device={device} onClose={onClose} /> : null}
    </Modal>
  );
}
