import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { IconPlus } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { TenantSummary } from "@/api/types.ts";
import { useMe } from "@/domain/me.ts";
import { DataGrid, useListState, type Column } from "@/ui/DataGrid/index.ts";
import { useFormat } from "@/ui/format.ts";
import { PageHeader } from "@/ui/PageHeader.tsx";
import { RelTime } from "@/ui/RelTime.tsx";
import { tenantsList, tenantsQuery } from "../api.ts";
import { TenantForm } from "../components/TenantForm.tsx";

export function TenantsPage() {
  const { t } = useTranslation("tenancy");
  const format = useFormat();
  const list = useListState(tenantsList);
  const page = useQuery(tenantsQuery(list.state));
  const me = useMe();
  const [creating, create] = useState(false);
  const columns = useMemo<Column<TenantSummary>[]>(
    () => [
      {
        id: "name",
        header: t("column.name"),
        cell: (tenant) => (
          <Link to="/tenants/$tenantId" params={{ tenantId: tenant.id }} data-row-link>
            <strong>{tenant.name}</strong>
          </Link>
        ),
        sort: "name",
        fixed: true,
        width: 220,
      },
      { id: "sites", header: t("column.sites"), cell: (tenant) => format.number(tenant.site_count), align: "end" },
      {
        id: "devices",
        header: t("column.devices"),
        cell: (tenant) => format.number(tenant.device_count),
        align: "end",
      },
      {
        id: "created",
        header: t("column.created"),
        cell: (tenant) => <RelTime at={tenant.created_at} />,
        sort: "created_at",
      },
    ],
    [t, format],
  );
  const button = me.is_operator ? (
    <Button
      leftSection={<IconPlus size={16} />}
      onClick={() => {
        create(true);
      }}
    >
      {t("tenant.new")}
    </Button>
  ) : null;
  return (
    <>
      <PageHeader title={t("title")}>{button}</PageHeader>
      <DataGrid
        id="tenants"
        label={t("title")}
        columns={columns}
        page={page}
        list={list}
        searchLabel={t("search")}
        rowId={(tenant) => tenant.id}
        rowName={(tenant) => tenant.name}
        empty={{ title: t("empty.title"), text: t("empty.text"), action: button }}
      />
      <TenantForm
        opened={creating}
        onClose={() => {
          create(false);
        }}
      />
    </>
  );
}
