import { Modal } from "@mantine/core";
import { IconBan, IconCircleCheck, IconClockX, IconMail, IconSend, type Icon } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Invitation, InvitationSent } from "@/api/types.ts";
import { ListGrid, type Columns } from "@/domain/list/ListGrid.tsx";
import { useList } from "@/domain/list/useList.ts";
import { useDenial } from "@/domain/permissions.ts";
import { useErrorText } from "@/i18n/errorText.ts";
import { ConfirmDialog } from "@/ui/ConfirmDialog.tsx";
import { IconAction } from "@/ui/IconAction.tsx";
import { PageHeader } from "@/ui/PageHeader.tsx";
import { RelTime } from "@/ui/RelTime.tsx";
import { Status, type Tone } from "@/ui/Status.tsx";
import { toastDone, toastFailed } from "@/ui/toast.tsx";
import { invitationsList, useResendInvitation, useRevokeInvitation } from "../api.ts";
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
  const list = useList(invitationsList);
  const columns = useMemo<Columns<typeof invitationsList>>(
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
  return (
    <>
      <PageHeader title={t("people:title")}>
        <InviteButton />
      </PageHeader>
      <PeopleTabs current="invitations" />
      <ListGrid
        of={list}
        label={t("people:tab.invitations")}
        columns={columns}
        filters={{ state: { label: t("people:column.state"), word: (value) => t(`people:invitationState.${value}`) } }}
        searchLabel={t("people:searchInvitations")}
        rowName={(row) => row.email}
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
