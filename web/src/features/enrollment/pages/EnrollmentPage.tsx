import { Button } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { IconPlus } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { ListGrid } from "@/domain/list/ListGrid.tsx";
import { useList } from "@/domain/list/useList.ts";
import { useDenial } from "@/domain/permissions.ts";
import { useScope } from "@/domain/scope.ts";
import { PageHeader } from "@/ui/PageHeader.tsx";
import { tokensList } from "../api.ts";
import { useTokenColumns } from "../components/columns.tsx";
import { NewTokenModal } from "../components/NewTokenModal.tsx";
import { RevokeToken } from "../components/RevokeToken.tsx";

export function EnrollmentPage() {
  const { t } = useTranslation("enrollment");
  const list = useList(tokensList);
  const scope = useScope();
  const columns = useTokenColumns();
  const denial = useDenial();
  const navigate = useNavigate();
  const creating = useSearch({ strict: false, select: (search) => search.new === true });
  const mayNot = denial("token:create", scope.tenant);
  const setCreating = (open: boolean): void => {
    const merge = (previous: Record<string, unknown>) => ({ ...previous, new: open ? true : undefined });
    void navigate({ to: ".", search: merge as never, replace: true });
  };
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
      <ListGrid
        of={list}
        label={t("title")}
        columns={columns}
        filters={{ state: { label: t("column.state"), word: (value) => t(`state.${value}`) } }}
        searchLabel={t("search")}
        rowName={(token) => token.label}
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
