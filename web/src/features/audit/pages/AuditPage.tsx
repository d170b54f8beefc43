import { useTranslation } from "react-i18next";
import { ListGrid } from "@/domain/list/ListGrid.tsx";
import { useList } from "@/domain/list/useList.ts";
import { useMe } from "@/domain/me.ts";
import { useScope } from "@/domain/scope.ts";
import { PageHeader } from "@/ui/PageHeader.tsx";
import { auditList, choiceParams } from "../api.ts";
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
  const { handle, choice, entry, open, narrow } = useAuditSearch();
  const list = useList(auditList, { handle, more: choiceParams(choice) });
  const columns = useAuditColumns(scope.tenant === undefined && (me.memberships.length > 1 || me.is_operator), open);
  const person = list.page.data?.items.find((row) => row.actor_id === choice.actor)?.actor_name;
  return (
    <>
      <PageHeader title={t("title")}>
        <ExportMenu filter={list.filter} tenant={scope.tenant} />
      </PageHeader>
      <ListGrid
        of={list}
        label={t("title")}
        columns={columns}
        filters={{
          action: { label: t("filter.action"), word: (value) => t(`group.${value}`) },
          result: { label: t("column.result"), word: (value) => t(`result.${value}`) },
          where: { label: t("filter.where"), word: () => t("filter.platformOnly"), isHidden: !me.is_operator },
        }}
        moreFilters={<MoreFilters choice={choice} person={person} onNarrow={narrow} />}
        searchLabel={t("search")}
        rowName={(row) => t("open", { what: texts.what(row) })}
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
