import { Modal } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconBan, IconCircleCheck, IconClockX, IconMail, IconSend, type Icon } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Invitation, InvitationSent } from "@/api/types.ts";
import { useDenial } from "@/domain/permissions.ts";
import { useScope } from "@/domain/scope.ts";
import { DataGrid, useListState, type Column, type Filter } from "@/ui/DataGrid/index.ts";
import { ConfirmDialog } from "@/ui/ConfirmDialog.tsx";
import { useErrorText } from "@/i18n/errorText.ts";
import { IconAction } from "@/ui/IconAction.tsx";
import { PageHeader } from "@/ui/PageHeader.tsx";
import { RelTime } from "@/ui/RelTime.tsx";
import { Status, type Tone } from "@/ui/Status.tsx";
import { toastDone, toastFailed } from "@/ui/toast.tsx";
import {
  INVITATION_STATES,
  invitationsList,
  invitationsQuery,
  useResendInvitation,
  useRevokeInvitation,
} from "../api.ts";
import { InviteButton, LinkToPassOn } from "../components/InviteModal.tsx";
import { PeopleTabs } from "../components/PeopleTabs.tsx";
import { useGrantableRoles } from "../components/RoleFields.tsx";
import { SitesCell } from "../components/sites.tsx";

const LOOK: Record<Invitation["state"], { tone: Tone; icon: Icon }> = {
  open: { tone: "info", icon: IconMail },
  accepted: { tone: "ok", icon: IconCircleCheck },
  revoked: { tone: "none", icon: IconBan },
  expired: { tone: "none", icon: IconClockX },
};

function Actions({ invitation }: { invitation: Invitation }) {
  const { t } = useTranslation(["people", "common"]);
  const denial = useDenial();
  const errors = useErrorText();
  const resend = useResendInvitation();
  const revoke = useRevokeInvitation();
  const [asking, ask] = useState(false);
  const [byHand, setByHand] = useState<InvitationSent | null>(null);
  const { email, tenant_id: tenant, state } = invitation;
  const grantable = useGrantableRoles(tenant);
  const mayNot =
    denial("member:invite", tenant) ?? (grantable.includes(invitation.role) ? undefined : t("people:aboveYou"));
  const ended = state === "accepted" || state === "revoked" ? t("people:invite.ended") : undefined;
  const sent = (answer: InvitationSent): void => {
    if (answer.link === null) toastDone(t("people:invite.sent", { email }));
    else setByHand(answer);
  };
  return (
    <>
      <IconAction
        label={t("people:invite.again", { email })}
        icon={<IconSend size={17} />}
        disabledReason={mayNot ?? ended}
        onClick={() => {
          resend.mutate(invitation.id, {
            onSuccess: sent,
            onError: (error) => {
              toastFailed(errors.of(error));
            },
          });
        }}
      />
      <IconAction
        label={t("people:invite.revoke", { email })}
        icon={<IconBan size={17} />}
        disabledReason={mayNot ?? ended}
        onClick={() => {
          ask(true);
        }}
      />
      <ConfirmDialog
        opened={asking}
        danger
        busy={revoke.isPending}
        title={t("people:invite.revokeTitle", { email })}
        confirmLabel={t("people:invite.revokeGo")}
        onClose={() => {
          ask(false);
        }}
        onConfirm={() => {
          revoke.mutate(invitation.id, {
            onError: (error) => {
              toastFailed(errors.of(error));
            },
            onSettled: () => {
              ask(false);
            },
          });
        }}
      >
        <p>{t("people:invite.revokeText")}</p>
      </ConfirmDialog>
      <Modal
        opened={byHand !== null}
        onClose={() => {
          setByHand(null);
        }}
        closeOnClickOutside={false}
        title={t("people:invite.title")}
        closeButtonProps={{ "aria-label": t("common:close") }}
      >
        {byHand === null ? null : (
          <LinkToPassOn
            sent={byHand}
            onClose={() => {
              setByHand(null);
            }}
          />
        )}
      </Modal>
    </>
  );
}

export function InvitationsPage() {
  const { t } = useTranslation(["people", "common"]);
  const list = useListState(invitationsList);
  const scope = useScope();
  const page = useQuery(invitationsQuery(list.state, scope.params));
  const columns = useMemo<Column<Invitation>[]>(
    () => [
      {
        id: "email",
        header: t("people:column.email"),
        cell: (row) => <strong>{row.email}</strong>,
        sort: "email",
        fixed: true,
        width: 240,
      },
      {
        id: "state",
        header: t("people:column.state"),
        cell: (row) => <Status {...LOOK[row.state]}>{t(`people:invitationState.${row.state}`)}</Status>,
      },
      { id: "role", header: t("people:column.role"), cell: (row) => t(`common:role.${row.role}`) },
      { id: "tenant", header: t("common:tenant"), cell: (row) => row.tenant_name },
      { id: "sites", header: t("people:column.sites"), cell: (row) => <SitesCell siteIds={row.site_ids} /> },
      { id: "by", header: t("people:column.by"), cell: (row) => row.created_by_name },
      {
        id: "created",
        header: t("people:column.created"),
        cell: (row) => <RelTime at={row.created_at} />,
        sort: "created_at",
      },
      { id: "expires", header: t("people:column.expires"), cell: (row) => <RelTime at={row.expires_at} /> },
    ],
    [t],
  );
  const filters = useMemo<Filter[]>(
    () => [
      {
        key: "state",
        label: t("people:column.state"),
        multiple: true,
        options: INVITATION_STATES.map((value) => ({ value, label: t(`people:invitationState.${value}`) })),
      },
    ],
    [t],
  );
  return (
    <>
      <PageHeader title={t("people:title")}>
        <InviteButton />
      </PageHeader>
      <PeopleTabs current="invitations" />
      <DataGrid
        id="invitations"
        label={t("people:tab.invitations")}
        columns={columns}
        page={page}
        list={list}
        filters={filters}
        searchLabel={t("people:searchInvitations")}
        rowId={(row) => row.id}
        rowName={(row) => row.email}
        scopeKey={scope.key}
        actions={(row) => <Actions invitation={row} />}
        empty={{
          title: t("people:emptyInvitations.title"),
          text: t("people:emptyInvitations.text"),
          action: <InviteButton />,
        }}
      />
    </>
  );
}
