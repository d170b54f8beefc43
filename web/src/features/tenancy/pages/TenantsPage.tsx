import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { IconPlus } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { ListGrid, type Columns } from "@/domain/list/ListGrid.tsx";
import { useList } from "@/domain/list/useList.ts";
import { useMe } from "@/domain/me.ts";
import { useFormat } from "@/ui/format.ts";
import { PageHeader } from "@/ui/PageHeader.tsx";
import { RelTime } from "@/ui/RelTime.tsx";
import { tenantsList } from "../api.ts";
import { TenantForm } from "../components/TenantForm.tsx";

export function TenantsPage() {
  const { t } = useTranslation("tenancy");
  const format = useFormat();
  const list = useList(tenantsList);
  const me = useMe();
  const [creating, create] = useState(false);
  const columns = useMemo<Columns<typeof tenantsList>>(
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
      <ListGrid
        of={list}
        label={t("title")}
        columns={columns}
        filters={{}}
        searchLabel={t("search")}
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
