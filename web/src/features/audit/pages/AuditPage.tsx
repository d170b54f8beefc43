import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useScope } from "@/domain/scope.ts";
import { useMe } from "@/domain/me.ts";
import { DataGrid, type Filter } from "@/ui/DataGrid/index.ts";
import { PageHeader } from "@/ui/PageHeader.tsx";
import { auditQuery, COUNTED_TO, filterParams, GROUPS, RESULTS } from "../api.ts";
import { useAuditColumns } from "../components/columns.tsx";
import { EntryDrawer } from "../components/EntryDrawer.tsx";
import { ExportMenu } from "../components/ExportMenu.tsx";
import { MoreFilters } from "../components/MoreFilters.tsx";
import { useAuditSearch } from "../search.ts";
import { useAuditTexts } from "../sentence.ts";

export function AuditPage() {
  const { t } = useTranslation("audit");
  const me = useMe();
  const scope = useScope();
  const texts = useAuditTexts();
  const { list, choice, entry, open, narrow } = useAuditSearch();
  const page = useQuery(auditQuery(list.state, choice, scope.tenant));
  const columns = useAuditColumns(scope.tenant === undefined && (me.memberships.length > 1 || me.is_operator), open);
  const filters = useMemo<Filter[]>(() => {
    const common: Filter[] = [
      {
        key: "action",
        label: t("filter.action"),
        multiple: true,
        options: GROUPS.map((value) => ({ value, label: t(`group.${value}`) })),
      },
      {
        key: "result",
        label: t("column.result"),
        options: RESULTS.map((value) => ({ value, label: t(`result.${value}`) })),
      },
    ];
    return me.is_operator
      ? [
          ...common,
          { key: "where", label: t("filter.where"), options: [{ value: "platform", label: t("filter.platformOnly") }] },
        ]
      : common;
  }, [t, me.is_operator]);
  const person = page.data?.items.find((row) => row.actor_id === choice.actor)?.actor_name;
  return (
    <>
      <PageHeader title={t("title")}>
        <ExportMenu params={filterParams(list.state, choice, scope.tenant)} tenant={scope.tenant} />
      </PageHeader>
      <DataGrid
        id="audit"
        label={t("title")}
        columns={columns}
        page={page}
        list={list}
        filters={filters}
        moreFilters={<MoreFilters choice={choice} person={person} onNarrow={narrow} />}
        countedTo={COUNTED_TO}
        searchLabel={t("search")}
        rowId={(row) => row.id}
        rowName={(row) => t("open", { what: texts.what(row) })}
        scopeKey={scope.key}
        empty={{ title: t("empty.title"), text: t("empty.text") }}
      />
      <EntryDrawer
        id={entry}
        onClose={() => {
          open(undefined);
        }}
        onNarrow={narrow}
      />
    </>
  );
}
