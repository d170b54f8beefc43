import { Button, Tooltip } from "@mantine/core";
import { IconBan, IconCircleCheck, IconClockX, IconPlus, type Icon } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ApiKey } from "@/api/types.ts";
import { ListGrid, type Columns } from "@/domain/list/ListGrid.tsx";
import { useList } from "@/domain/list/useList.ts";
import { useDenial } from "@/domain/permissions.ts";
import { useScope } from "@/domain/scope.ts";
import { useErrorText } from "@/i18n/errorText.ts";
import { ConfirmDialog } from "@/ui/ConfirmDialog.tsx";
import { Dash } from "@/ui/Dash.tsx";
import { useFormat } from "@/ui/format.ts";
import { IconAction } from "@/ui/IconAction.tsx";
import { PageHeader } from "@/ui/PageHeader.tsx";
import { RelTime } from "@/ui/RelTime.tsx";
import { Status, type Tone } from "@/ui/Status.tsx";
import { toastFailed } from "@/ui/toast.tsx";
import { keysList, useRevokeKey } from "../api.ts";
import { NewKeyModal } from "../components/NewKeyModal.tsx";
import { PeopleTabs } from "../components/PeopleTabs.tsx";
import { SitesCell } from "../components/sites.tsx";
import { usePermissionText } from "@/i18n/permissionText.ts";

const LOOK: Record<ApiKey["state"], { tone: Tone; icon: Icon }> = {
  active: { tone: "ok", icon: IconCircleCheck },
  revoked: { tone: "none", icon: IconBan },
  expired: { tone: "none", icon: IconClockX },
};

function Revoke({ row }: { row: ApiKey }) {
  const { t } = useTranslation("people");
  const denial = useDenial();
  const errors = useErrorText();
  const revoke = useRevokeKey();
  const [asking, ask] = useState(false);
  return (
    <>
      <IconAction
        label={t("key.revoke", { name: row.name })}
        icon={<IconBan size={17} />}
        disabledReason={
          denial("api_key:revoke", row.tenant_id) ?? (row.state === "active" ? undefined : t("key.ended"))
        }
        onClick={() => {
          ask(true);
        }}
      />
      <ConfirmDialog
        opened={asking}
        danger
        busy={revoke.isPending}
        title={t("key.revokeTitle", { name: row.name })}
        confirmLabel={t("key.revokeGo")}
        onClose={() => {
          ask(false);
        }}
        onConfirm={() => {
          revoke.mutate(row.id, {
            onError: (error) => {
              toastFailed(errors.of(error));
            },
            onSettled: () => {
              ask(false);
            },
          });
        }}
      >
        <p>{t("key.revokeText")}</p>
      </ConfirmDialog>
    </>
  );
}

function Scopes({ row }: { row: ApiKey }) {
  const { t } = useTranslation("people");
  const text = usePermissionText();
  return (
    <Tooltip multiline w={280} label={row.scopes.map(text).join(" · ")}>
      <span tabIndex={0}>{t("key.scopeCount", { count: row.scopes.length })}</span>
    </Tooltip>
  );
}

export function KeysPage() {
  const { t } = useTranslation(["people", "common"]);
  const list = useList(keysList);
  const scope = useScope();
  const denial = useDenial();
  const format = useFormat();
  const [creating, setCreating] = useState(false);
  const columns = useMemo<Columns<typeof keysList>>(
    () => [
      {
        id: "name",
        header: t("people:key.name"),
        cell: (row) => (
          <div>
            <strong>{row.name}</strong>
            <span className="second-line">…{row.hint}</span>
          </div>
        ),
        sort: "name",
        fixed: true,
        width: 200,
      },
      {
        id: "state",
        header: t("people:column.state"),
        cell: (row) => <Status {...LOOK[row.state]}>{t(`people:keyState.${row.state}`)}</Status>,
      },
      { id: "tenant", header: t("common:tenant"), cell: (row) => row.tenant_name },
      { id: "scopes", header: t("people:key.scopes"), cell: (row) => <Scopes row={row} /> },
      {
        id: "reach",
        header: t("people:key.reach"),
        cell: (row) =>
          row.device_ids === null ? (
            <SitesCell siteIds={row.site_ids} />
          ) : (
            t("common:devices", { count: row.device_ids.length })
          ),
      },
      { id: "budget", header: t("people:key.budget"), cell: (row) => format.number(row.per_hour), align: "end" },
      { id: "owner", header: t("people:key.owner"), cell: (row) => row.user_name },
      {
        id: "used",
        header: t("people:key.used"),
        cell: (row) => (row.last_used_at === null ? <Dash /> : <RelTime at={row.last_used_at} />),
        sort: "last_used_at",
      },
      {
        id: "expires",
        header: t("people:column.expires"),
        cell: (row) => <RelTime at={row.expires_at} />,
        sort: "expires_at",
      },
      {
        id: "created",
        header: t("people:column.created"),
        cell: (row) => <RelTime at={row.created_at} />,
        sort: "created_at",
      },
    ],
    [t, format],
  );
  const create =
    denial("api_key:create", scope.tenant) === undefined ? (
      <Button
        leftSection={<IconPlus size={16} />}
        onClick={() => {
          setCreating(true);
        }}
      >
        {t("people:key.new")}
      </Button>
    ) : null;
  return (
    <>
      <PageHeader title={t("people:title")}>{create}</PageHeader>
      <PeopleTabs current="keys" />
      <ListGrid
        of={list}
        label={t("people:tab.keys")}
        columns={columns}
        filters={{ state: { label: t("people:column.state"), word: (value) => t(`people:keyState.${value}`) } }}
        searchLabel={t("people:searchKeys")}
        rowName={(row) => row.name}
        actions={(row) => <Revoke row={row} />}
        empty={{ title: t("people:emptyKeys.title"), text: t("people:emptyKeys.text"), action: create }}
      />
      <NewKeyModal
        opened={creating}
        onClose={() => {
          setCreating(false);
        }}
      />
    </>
  );
}
