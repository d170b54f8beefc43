import { useMemo, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useErrorText } from "@/i18n/errorText.ts";
import { ConfirmDialog } from "@/ui/ConfirmDialog.tsx";
import { toastDone, toastFailed } from "@/ui/toast.tsx";
import { useRemoveDevice, useRevokeDevice } from "./api.ts";
import { DeviceActionsContext, type ActionTarget, type DeviceActions } from "./context.ts";
import { MoveDialog, type MoveRequest } from "./MoveDialog.tsx";

interface Ending {
  how: "revoke" | "remove";
  target: ActionTarget;
}

/** Asks before a device is shut out or removed. */
function EndDialog({ ending, onClose }: { ending: Ending | null; onClose: () => void }) {
  const { t } = useTranslation("deviceActions");
  const errors = useErrorText();
  const revoke = useRevokeDevice();
  const remove = useRemoveDevice();
  const device = ending?.target.devices[0];
  const name = device?.hostname ?? "";
  const removes = ending?.how === "remove";
  const confirm = (): void => {
    if (ending === null || device === undefined) return;
    (removes ? remove : revoke).mutate(device.id, {
      onSuccess: () => {
        toastDone(removes ? t("remove.done", { name }) : t("revoke.done", { name }));
        if (removes) ending.target.onRemoved?.();
        onClose();
      },
      onError: (error) => {
        toastFailed(errors.of(error));
      },
    });
  };
  return (
    <ConfirmDialog
      opened={ending !== null}
      danger
      busy={revoke.isPending || remove.isPending}
      title={removes ? t("remove.title", { name }) : t("revoke.title", { name })}
      confirmLabel={removes ? t("remove.go") : t("revoke.go")}
      onConfirm={confirm}
      onClose={onClose}
    >
      <p>{removes ? t("remove.text", { name }) : t("revoke.text", { name })}</p>
    </ConfirmDialog>
  );
}

/** The dialogs that lists, the page of a device and the palette share. */
export function DeviceActionsProvider({ children }: { children: ReactNode }) {
  const [moving, move] = useState<MoveRequest | null>(null);
  const [ending, end] = useState<Ending | null>(null);
  const value = useMemo<DeviceActions>(
    () => ({
      move: ({ devices, onDone }) => {
        move({ devices, ...(onDone === undefined ? {} : { clear: onDone }) });
      },
      revoke: (target) => {
        end({ how: "revoke", target });
      },
      remove: (target) => {
        end({ how: "remove", target });
      },
    }),
    [],
  );
  return (
    <DeviceActionsContext value={value}>
      {children}
      <MoveDialog
        request={moving}
        onClose={() => {
          move(null);
        }}
      />
      <EndDialog
        ending={ending}
        onClose={() => {
          end(null);
        }}
      />
    </DeviceActionsContext>
  );
}
