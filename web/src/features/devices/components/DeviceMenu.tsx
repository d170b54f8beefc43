import { ActionIcon, Menu } from "@mantine/core";
import { IconBan, IconDots, IconMapPin, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { DeviceRow } from "@/api/types.ts";
import { useDenial } from "@/domain/permissions.ts";
import { useErrorText } from "@/i18n/errorText.ts";
import { ConfirmDialog } from "@/ui/ConfirmDialog.tsx";
import { ReasonItem } from "@/ui/ReasonItem.tsx";
import { toastDone, toastFailed } from "@/ui/toast.tsx";
import { useRemoveDevice, useRevokeDevice } from "../api.ts";

const ICON = 16;

interface DeviceMenuProps {
  device: DeviceRow;
  onMove: () => void;
  /** After the device is gone. */
  onRemoved?: () => void;
}

export function DeviceMenu({ device, onMove, onRemoved }: DeviceMenuProps) {
  const { t } = useTranslation("devices");
  const denial = useDenial();
  const errors = useErrorText();
  const revoke = useRevokeDevice();
  const remove = useRemoveDevice();
  const [asked, ask] = useState<"revoke" | "remove" | null>(null);
  const close = (): void => {
    ask(null);
  };
  const { hostname: name, tenant_id: tenant, id } = device;
  const revoked = device.status === "revoked";

  const confirm = (): void => {
    const done = asked === "remove" ? t("remove.done", { name }) : t("revoke.done", { name });
    const mutation = asked === "remove" ? remove : revoke;
    mutation.mutate(id, {
      onSuccess: () => {
        toastDone(done);
        if (asked === "remove") onRemoved?.();
      },
      onError: (error) => {
        toastFailed(errors.of(error));
      },
      onSettled: close,
    });
  };

  return (
    <>
      <Menu>
        <Menu.Target>
          <ActionIcon size={28} aria-label={t("menu", { name })}>
            <IconDots size={17} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <ReasonItem
            leftSection={<IconMapPin size={ICON} />}
            reason={denial("device:update", tenant)}
            onClick={onMove}
          >
            {t("action.move")}
          </ReasonItem>
          {revoked ? null : (
            <ReasonItem
              leftSection={<IconBan size={ICON} />}
              danger
              reason={denial("device:revoke", tenant)}
              onClick={() => {
                ask("revoke");
              }}
            >
              {t("action.revoke")}
            </ReasonItem>
          )}
          <ReasonItem
            leftSection={<IconTrash size={ICON} />}
            danger
            reason={denial("device:delete", tenant) ?? (revoked ? undefined : t("remove.revokeFirst"))}
            onClick={() => {
              ask("remove");
            }}
          >
            {t("action.remove")}
          </ReasonItem>
        </Menu.Dropdown>
      </Menu>
      <ConfirmDialog
        opened={asked !== null}
        danger
        busy={revoke.isPending || remove.isPending}
        title={asked === "remove" ? t("remove.title", { name }) : t("revoke.title", { name })}
        confirmLabel={asked === "remove" ? t("remove.go") : t("revoke.go")}
        onConfirm={confirm}
        onClose={close}
      >
        <p>{asked === "remove" ? t("remove.text", { name }) : t("revoke.text", { name })}</p>
      </ConfirmDialog>
    </>
  );
}
