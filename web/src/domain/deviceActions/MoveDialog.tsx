import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { sitesQuery } from "../sites.ts";
import { useErrorText } from "@/i18n/errorText.ts";
import { ConfirmDialog } from "@/ui/ConfirmDialog.tsx";
import { toastDone, toastFailed } from "@/ui/toast.tsx";
import { useMoveDevices } from "./api.ts";
import type { ActionDevice } from "./context.ts";

export interface MoveRequest {
  devices: ActionDevice[];
  clear?: () => void;
}

/** A device keeps its tenant for life (its certificate names it), so only that tenant's sites are offered. */
function oneTenant(devices: ActionDevice[]): string | undefined {
  const tenants = new Set(devices.map((device) => device.tenant_id));
  return tenants.size === 1 ? devices[0]?.tenant_id : undefined;
}

export function MoveDialog({ request, onClose }: { request: MoveRequest | null; onClose: () => void }) {
  const { t } = useTranslation("deviceActions");
  const errors = useErrorText();
  const move = useMoveDevices();
  const [site, setSite] = useState<string | null>(null);
  const devices = request?.devices ?? [];
  const tenant = oneTenant(devices);
  const sites = useQuery({ ...sitesQuery(tenant), enabled: tenant !== undefined });
  const close = (): void => {
    setSite(null);
    onClose();
  };
  const confirm = (): void => {
    if (site === null) return;
    move.mutate(
      { device_ids: devices.map((device) => device.id), site_id: site },
      {
        onSuccess: ({ moved }) => {
          toastDone(t("move.done", { count: moved }));
          request?.clear?.();
        },
        onError: (error) => {
          toastFailed(errors.of(error));
        },
        onSettled: close,
      },
    );
  };
  return (
    <ConfirmDialog
      opened={request !== null}
      title={t("move.title", { count: devices.length })}
      confirmLabel={t("move.go")}
      busy={move.isPending}
      ready={site !== null}
      hosts={devices.map((device) => device.hostname)}
      onConfirm={confirm}
      onClose={close}
    >
      {request !== null && tenant === undefined ? (
        <p role="alert">{t("move.severalTenants")}</p>
      ) : (
        <Select
          label={t("move.site")}
          placeholder={t("move.choose")}
          data={(sites.data?.items ?? []).map((entry) => ({ value: entry.id, label: entry.name }))}
          value={site}
          onChange={setSite}
          searchable
          required
        />
      )}
    </ConfirmDialog>
  );
}
