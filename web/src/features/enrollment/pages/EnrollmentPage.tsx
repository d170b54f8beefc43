import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { IconPlus } from "@tabler/icons-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useDenial } from "@/domain/permissions.ts";
import { useScope } from "@/domain/scope.ts";
import { DataGrid, useListState, type Filter } from "@/ui/DataGrid/index.ts";
import { PageHeader } from "@/ui/PageHeader.tsx";
import { TOKEN_STATES, tokensList, tokensQuery } from "../api.ts";
import { useTokenColumns } from "../components/columns.tsx";
import { NewTokenModal } from "../components/NewTokenModal.tsx";
import { RevokeToken } from "../components/RevokeToken.tsx";

export function EnrollmentPage() {
  const { t } = useTranslation("enrollment");
  const list = useListState(tokensList);
  const scope = useScope();
  const page = useQuery(tokensQuery(list.state, scope.params));
  const columns = useTokenColumns();
  const denial = useDenial();
  const navigate = useNavigate();
  const creating = useSearch({ strict: false, select: (search) => search.new === true });
  const mayNot = denial("token:create", scope.tenant);
  const setCreating = (open: boolean): void => {
    const merge = (previous: Record<string, unknown>) => ({ ...previous, new: open ? true : undefined });
    void navigate({ to: ".", search: merge as never, replace: true });
  };
  const filters = useMemo<Filter[]>(
    () => [
      {
        key: "state",
        label: t("column.state"),
        multiple: true,
        options: TOKEN_STATES.map((value) => ({ value, label: t(`state.${value}`) })),
      },
    ],
    [t],
  );
  const create =
    mayNot === undefined ? (
      <Button
        leftSection={<IconPlus size={16} />}
        onClick={() => {
          setCreating(true);
        }}
      >
        {t("new.open")}
      </Button>
    ) : null;
  return (
    <>
      <PageHeader title={t("title")}>{create}</PageHeader>
      <DataGrid
        id="tokens"
        label={t("title")}
        columns={columns}
        page={page}
        list={list}
        filters={filters}
        searchLabel={t("search")}
        rowId={(token) => token.id}
        rowName={(token) => token.label}
        scopeKey={scope.key}
        actions={(token) => <RevokeToken token={token} />}
        empty={{ title: t("empty.title"), text: t("empty.text"), action: create }}
      />
      <NewTokenModal
        opened={creating && mayNot === undefined}
        onClose={() => {
          setCreating(false);
        }}
      />
    </>
  );
}
