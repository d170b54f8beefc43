import { Alert, Button, Drawer, Group, Stack } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { MaintenanceWindow } from "@/api/types.ts";
import { adopt } from "@/domain/editing/adopt.ts";
import { StaleAlert } from "@/domain/editing/StaleAlert.tsx";
import { useEdited } from "@/domain/editing/useEdited.ts";
import { useMe } from "@/domain/me.ts";
import { useCan } from "@/domain/permissions.ts";
import { useErrorText } from "@/i18n/errorText.ts";
import { ConfirmDialog } from "@/ui/ConfirmDialog.tsx";
import { useFormErrors } from "@/ui/formErrors.ts";
import { toastFailed } from "@/ui/toast.tsx";
import { readWindow, useDeleteWindow, useSaveWindow } from "../api.ts";
import { formOf, valuesOf, type WindowForm } from "../draft.ts";
import { Preview } from "./Preview.tsx";
import { Versions } from "./Versions.tsx";
import { Subject, Times } from "./WindowFields.tsx";

interface BodyProps {
  /** Absent = a new one. */
  window?: MaintenanceWindow | undefined;
  onClose: () => void;
}

function Remove({ window, onClose }: Required<BodyProps> & { window: MaintenanceWindow }) {
  const { t } = useTranslation("windows");
  const errors = useErrorText();
  const remove = useDeleteWindow();
  const [asking, ask] = useState(false);
  return (
    <>
      <Button
        variant="default"
        onClick={() => {
          ask(true);
        }}
      >
        {t("remove.open")}
      </Button>
      <ConfirmDialog
        opened={asking}
        title={t("remove.title", { name: window.name })}
        confirmLabel={t("remove.go")}
        danger
        busy={remove.isPending}
        onClose={() => {
          ask(false);
        }}
        onConfirm={() => {
          remove.mutate(window.id, {
            onSuccess: onClose,
            onError: (error) => {
              toastFailed(errors.of(error));
            },
          });
        }}
      >
        <p>{t("remove.text")}</p>
      </ConfirmDialog>
    </>
  );
}

function Body({ window, onClose }: BodyProps) {
  const { t } = useTranslation(["windows", "common"]);
  const me = useMe();
  const can = useCan();
  const save = useSaveWindow();
  const own = me.memberships.find((one) => one.permissions.includes("window:manage"))?.tenant_id ?? "";
  const [today] = useState(() => new Date().toLocaleDateString("sv-SE"));
  const form = useForm<WindowForm>({
    initialValues: formOf(window, own, today),
    validate: {
      name: (value) => (value.trim() === "" ? t("common:required") : null),
      classes: (value) => (value.length === 0 ? t("common:required") : null),
      site_id: (value, { scope }) => (scope === "site" && value === null ? t("common:required") : null),
    },
  });
  const { general, apply } = useFormErrors(form as never, { "window.name_taken": "name" });
  const edited = useEdited(
    window,
    ({ id }) => readWindow(id),
    (before, now) => {
      form.setValues((mine) =>
        adopt({ ...formOf(now, own, today), ...mine }, formOf(before, own, today), formOf(now, own, today)),
      );
    },
  );
  const mayManage = can("window:manage", form.values.tenant_id);
  const submit = form.onSubmit((values) => {
    save.mutate(
      { seen: edited.seen, tenantId: values.tenant_id, values: valuesOf(values, window) },
      {
        onSuccess: onClose,
        onError: (error) => {
          if (!edited.catches(error)) apply(error);
        },
      },
    );
  });
  return (
    <form noValidate onSubmit={submit}>
      <Stack gap={14}>
        <StaleAlert edited={edited} />
        {general === null ? null : (
          <Alert color="red" role="alert">
            {general}
          </Alert>
        )}
        <Subject form={form} isNew={window === undefined} />
        <Times form={form} />
        <h3>{t("windows:preview.title")}</h3>
        <Preview
          tenantId={form.values.tenant_id}
          values={valuesOf(form.values, window)}
          windowId={window?.id ?? null}
        />
        {window === undefined ? null : <Versions window={window} mayRestore={mayManage} onDone={onClose} />}
        <Group justify="flex-end" gap={8}>
          {window === undefined || !mayManage ? null : <Remove window={window} onClose={onClose} />}
          <Button variant="default" onClick={onClose}>
            {t("common:cancel")}
          </Button>
          <Button type="submit" loading={save.isPending} disabled={!mayManage}>
            {t("common:save")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface WindowDrawerProps extends BodyProps {
  opened: boolean;
}

/** One window: what it is for, when it occurs, what that means on devices, and what it was before. */
export function WindowDrawer({ opened, window, onClose }: WindowDrawerProps) {
  const { t } = useTranslation(["windows", "common"]);
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      size={620}
      title={window?.name ?? t("windows:new")}
      closeButtonProps={{ "aria-label": t("common:close") }}
    >
      {opened ? <Body key={window?.id ?? "new"} window={window} onClose={onClose} /> : null}
    </Drawer>
  );
}
