import { Alert, Button, Group, Modal, Stack } from "@mantine/core";
import { IconPencil, IconUserMinus } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Member } from "@/api/types.ts";
import { adopt } from "@/domain/editing/adopt.ts";
import { StaleAlert } from "@/domain/editing/StaleAlert.tsx";
import { useEdited } from "@/domain/editing/useEdited.ts";
import { useDenial } from "@/domain/permissions.ts";
import { useErrorText } from "@/i18n/errorText.ts";
import { ConfirmDialog } from "@/ui/ConfirmDialog.tsx";
import { IconAction } from "@/ui/IconAction.tsx";
import { toastDone, toastFailed } from "@/ui/toast.tsx";
import { readMember, useChangeMember, useRemoveMember, type RoleAndSites } from "../api.ts";
import { RoleFields, useGrantableRoles } from "./RoleFields.tsx";

function valueOf(member: Member): RoleAndSites {
  return { role: member.role, sites: member.site_ids ?? "all" };
}

function ChangeForm({ member, onClose }: { member: Member; onClose: () => void }) {
  const { t } = useTranslation(["people", "common"]);
  const errors = useErrorText();
  const change = useChangeMember();
  const [value, setValue] = useState<RoleAndSites>(valueOf(member));
  const edited = useEdited(
    member,
    ({ id }) => readMember(id),
    (before, now) => {
      setValue((mine) => adopt(mine, valueOf(before), valueOf(now)));
    },
  );
  const empty = value.sites.length === 0;
  const submit = (): void => {
    change.mutate(
      { seen: edited.seen, ...value },
      {
        onError: edited.catches,
        onSuccess: () => {
          toastDone(t("people:changed", { name: member.name }));
          onClose();
        },
      },
    );
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!empty) submit();
      }}
    >
      <Stack gap={12}>
        <StaleAlert edited={edited} />
        {change.error && edited.state === "current" ? (
          <Alert color="red" role="alert">
            {errors.of(change.error)}
          </Alert>
        ) : null}
        <RoleFields tenantId={member.tenant_id} value={value} onChange={setValue} />
        <Group justify="flex-end" gap={8}>
          <Button variant="default" onClick={onClose}>
            {t("common:cancel")}
          </Button>
          <Button type="submit" loading={change.isPending} disabled={empty}>
            {t("common:save")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Change or end somebody's membership. */
export function MemberActions({ member }: { member: Member }) {
  const { t } = useTranslation(["people", "common"]);
  const denial = useDenial();
  const errors = useErrorText();
  const remove = useRemoveMember();
  const grantable = useGrantableRoles(member.tenant_id);
  const [open, setOpen] = useState<"change" | "remove" | null>(null);
  const close = (): void => {
    setOpen(null);
  };
  const above = grantable.includes(member.role) ? undefined : t("people:aboveYou");
  return (
    <>
      <IconAction
        label={t("people:changeOne", { name: member.name })}
        icon={<IconPencil size={17} />}
        disabledReason={denial("member:update", member.tenant_id) ?? above}
        onClick={() => {
          setOpen("change");
        }}
      />
      <IconAction
        label={t("people:removeOne", { name: member.name })}
        icon={<IconUserMinus size={17} />}
        disabledReason={denial("member:remove", member.tenant_id) ?? above}
        onClick={() => {
          setOpen("remove");
        }}
      />
      <Modal
        opened={open === "change"}
        onClose={close}
        title={t("people:changeTitle", { name: member.name, tenant: member.tenant_name })}
        closeButtonProps={{ "aria-label": t("common:close") }}
      >
        {open === "change" ? <ChangeForm member={member} onClose={close} /> : null}
      </Modal>
      <ConfirmDialog
        opened={open === "remove"}
        danger
        busy={remove.isPending}
        title={t("people:removeTitle", { name: member.name, tenant: member.tenant_name })}
        confirmLabel={t("people:remove")}
        onClose={close}
        onConfirm={() => {
          remove.mutate(member.id, {
            onSuccess: () => {
              toastDone(t("people:removed", { name: member.name }));
            },
            onError: (error) => {
              toastFailed(errors.of(error));
            },
            onSettled: close,
          });
        }}
      >
        <p>{t("people:removeText")}</p>
      </ConfirmDialog>
    </>
  );
}
