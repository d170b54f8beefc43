import { useQuery } from "@tanstack/react-query";
import { IconShieldCheck, IconShieldOff } from "@tabler/icons-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Member } from "@/api/types.ts";
import { ROLES } from "@/domain/roles.ts";
import { useScope } from "@/domain/scope.ts";
import { useMe } from "@/domain/me.ts";
import { DataGrid, useListState, type Column, type Filter } from "@/ui/DataGrid/index.ts";
import { Dash } from "@/ui/Dash.tsx";
import { PageHeader } from "@/ui/PageHeader.tsx";
import { RelTime } from "@/ui/RelTime.tsx";
import { Status } from "@/ui/Status.tsx";
import { membersList, membersQuery } from "../api.ts";
import { InviteButton } from "../components/InviteModal.tsx";
import { MemberActions } from "../components/MemberActions.tsx";
import { PeopleTabs } from "../components/PeopleTabs.tsx";
import { SitesCell } from "../components/sites.tsx";

function useColumns(): Column<Member>[] {
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
  const list = useListState(membersList);
  const scope = useScope();
  const page = useQuery(membersQuery(list.state, scope.params));
  const columns = useColumns();
  const filters = useMemo<Filter[]>(
    () => [
      {
        key: "role",
        label: t("people:column.role"),
        multiple: true,
        options: ROLES.map((value) => ({ value, label: t(`common:role.${value}`) })),
      },
    ],
    [t],
  );
  return (
    <>
      <PageHeader title={t("people:title")}>
        <InviteButton />
      </PageHeader>
      <PeopleTabs current="members" />
      <DataGrid
        id="members"
        label={t("people:tab.members")}
        columns={columns}
        page={page}
        list={list}
        filters={filters}
        searchLabel={t("people:search")}
        rowId={(member) => member.id}
        rowName={(member) => member.name}
        scopeKey={scope.key}
        actions={(member) => <MemberActions member={member} />}
        empty={{ title: t("people:empty.title"), text: t("people:empty.text"), action: <InviteButton /> }}
      />
    </>
  );
}
