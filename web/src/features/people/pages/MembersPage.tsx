import { IconShieldCheck, IconShieldOff } from "@tabler/icons-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { ListGrid, type Columns } from "@/domain/list/ListGrid.tsx";
import { useList } from "@/domain/list/useList.ts";
import { useMe } from "@/domain/me.ts";
import { Dash } from "@/ui/Dash.tsx";
import { PageHeader } from "@/ui/PageHeader.tsx";
import { RelTime } from "@/ui/RelTime.tsx";
import { Status } from "@/ui/Status.tsx";
import { membersList } from "../api.ts";
import { InviteButton } from "../components/InviteModal.tsx";
import { MemberActions } from "../components/MemberActions.tsx";
import { PeopleTabs } from "../components/PeopleTabs.tsx";
import { SitesCell } from "../components/sites.tsx";

function useColumns(): Columns<typeof membersList> {
  const { t } = useTranslation(["people", "common"]);
  const me = useMe();
  return useMemo(
    () => [
      {
        id: "name",
        header: t("people:column.name"),
        cell: (member) => (
          <div>
            <strong>{member.name}</strong>
            {member.user_id === me.id ? <span className="dim"> ({t("people:you")})</span> : null}
            <span className="second-line">{member.email}</span>
          </div>
        ),
        sort: "name",
        fixed: true,
        width: 230,
      },
      { id: "role", header: t("people:column.role"), cell: (member) => t(`common:role.${member.role}`), sort: "role" },
      { id: "tenant", header: t("common:tenant"), cell: (member) => member.tenant_name, sort: "tenant" },
      { id: "sites", header: t("people:column.sites"), cell: (member) => <SitesCell siteIds={member.site_ids} /> },
      {
        id: "factor",
        header: t("people:column.factor"),
        cell: (member) =>
          member.has_second_factor ? (
            <Status tone="ok" icon={IconShieldCheck}>
              {t("people:factor.yes")}
            </Status>
          ) : (
            <Status tone="medium" icon={IconShieldOff}>
              {t("people:factor.no")}
            </Status>
          ),
      },
      {
        id: "seen",
        header: t("people:column.seen"),
        cell: (member) => (member.last_seen_at === null ? <Dash /> : <RelTime at={member.last_seen_at} />),
        sort: "last_seen_at",
      },
    ],
    [t, me.id],
  );
}

export function MembersPage() {
  const { t } = useTranslation(["people", "common"]);
  const list = useList(membersList);
  const columns = useColumns();
  return (
    <>
      <PageHeader title={t("people:title")}>
        <InviteButton />
      </PageHeader>
      <PeopleTabs current="members" />
      <ListGrid
        of={list}
        label={t("people:tab.members")}
        columns={columns}
        filters={{ role: { label: t("people:column.role"), word: (value) => t(`common:role.${value}`) } }}
        searchLabel={t("people:search")}
        rowName={(member) => member.name}
        actions={(member) => <MemberActions member={member} />}
        empty={{ title: t("people:empty.title"), text: t("people:empty.text"), action: <InviteButton /> }}
      />
    </>
  );
}
