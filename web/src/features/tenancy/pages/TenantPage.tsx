import { Button } from "@mantine/core";
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { IconPencil, IconPlus, IconTrash } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Site } from "@/api/types.ts";
import { ListGrid, type Columns } from "@/domain/list/ListGrid.tsx";
import { useList } from "@/domain/list/useList.ts";
import { useDenial } from "@/domain/permissions.ts";
import { sitesQuery } from "@/domain/sites.ts";
import { useErrorText } from "@/i18n/errorText.ts";
import { BackLink } from "@/ui/BackLink.tsx";
import { ConfirmDialog } from "@/ui/ConfirmDialog.tsx";
import { useFormat } from "@/ui/format.ts";
import { IconAction } from "@/ui/IconAction.tsx";
import { PageHeader } from "@/ui/PageHeader.tsx";
import { RelTime } from "@/ui/RelTime.tsx";
import { toastFailed } from "@/ui/toast.tsx";
import { sitesList, tenantQuery, useDeleteSite, useDeleteTenant } from "../api.ts";
import { SiteForm } from "../components/SiteForm.tsx";
import { TenantForm } from "../components/TenantForm.tsx";

const ICON = 16;

function TenantActions({ tenantId, empty, onNewSite }: { tenantId: string; empty: boolean; onNewSite: () => void }) {
  const { t } = useTranslation("tenancy");
  const { data: tenant } = useSuspenseQuery(tenantQuery(tenantId));
  const denial = useDenial();
  const errors = useErrorText();
  const navigate = useNavigate();
  const remove = useDeleteTenant();
  const [open, setOpen] = useState<"rename" | "delete" | null>(null);
  const close = (): void => {
    setOpen(null);
  };
  const full = empty ? undefined : t("tenant.notEmpty");
  return (
    <>
      <IconAction
        label={t("tenant.rename")}
        icon={<IconPencil size={ICON} />}
        disabledReason={denial("tenant:update", tenantId)}
        onClick={() => {
          setOpen("rename");
        }}
      />
      <IconAction
        label={t("tenant.delete")}
        icon={<IconTrash size={ICON} />}
        disabledReason={denial("tenant:delete", tenantId) ?? full}
        onClick={() => {
          setOpen("delete");
        }}
      />
      <Button
        leftSection={<IconPlus size={ICON} />}
        disabled={denial("site:create", tenantId) !== undefined}
        onClick={onNewSite}
      >
        {t("site.new")}
      </Button>
      <TenantForm opened={open === "rename"} tenant={tenant} onClose={close} />
      <ConfirmDialog
        opened={open === "delete"}
        danger
        busy={remove.isPending}
        title={t("tenant.deleteTitle", { name: tenant.name })}
        confirmLabel={t("tenant.delete")}
        onClose={close}
        onConfirm={() => {
          remove.mutate(tenantId, {
            onSuccess: () => void navigate({ to: "/tenants" }),
            onError: (error) => {
              toastFailed(errors.of(error));
            },
            onSettled: close,
          });
        }}
      >
        <p>{t("tenant.deleteText")}</p>
      </ConfirmDialog>
    </>
  );
}

function SiteActions({ site, onEdit }: { site: Site; onEdit: () => void }) {
  const { t } = useTranslation("tenancy");
  const denial = useDenial();
  const errors = useErrorText();
  const remove = useDeleteSite();
  const [asking, ask] = useState(false);
  const close = (): void => {
    ask(false);
  };
  const full = site.device_count > 0 ? t("site.notEmpty", { count: site.device_count }) : undefined;
  return (
    <>
      <IconAction
        label={t("site.editOne", { name: site.name })}
        icon={<IconPencil size={ICON} />}
        disabledReason={denial("site:update", site.tenant_id)}
        onClick={onEdit}
      />
      <IconAction
        label={t("site.deleteOne", { name: site.name })}
        icon={<IconTrash size={ICON} />}
        disabledReason={denial("site:delete", site.tenant_id) ?? full}
        onClick={() => {
          ask(true);
        }}
      />
      <ConfirmDialog
        opened={asking}
        danger
        busy={remove.isPending}
        title={t("site.deleteTitle", { name: site.name })}
        confirmLabel={t("site.delete")}
        onClose={close}
        onConfirm={() => {
          remove.mutate(site.id, {
            onError: (error) => {
              toastFailed(errors.of(error));
            },
            onSettled: close,
          });
        }}
      >
        <p>{t("site.deleteText")}</p>
      </ConfirmDialog>
    </>
  );
}

export function TenantPage({ tenantId }: { tenantId: string }) {
  const { t } = useTranslation(["tenancy", "common"]);
  const format = useFormat();
  const { data: tenant } = useSuspenseQuery(tenantQuery(tenantId));
  const list = useList(sitesList, { more: { tenant_id: [tenantId] } });
  const all = useQuery(sitesQuery(tenantId));
  const devices = all.data?.items.reduce((sum, site) => sum + site.device_count, 0) ?? 0;
  const [form, setForm] = useState<{ site?: Site } | null>(null);
  const columns = useMemo<Columns<typeof sitesList>>(
    () => [
      {
        id: "name",
        header: t("tenancy:column.site"),
        cell: (site) => (
          <Link to="/devices" search={{ tenant: site.tenant_id, site: site.id }} data-row-link>
            <strong>{site.name}</strong>
          </Link>
        ),
        sort: "name",
        fixed: true,
        width: 220,
      },
      { id: "zone", header: t("tenancy:column.timeZone"), cell: (site) => site.time_zone },
      {
        id: "devices",
        header: t("tenancy:column.devices"),
        cell: (site) => format.number(site.device_count),
        align: "end",
      },
      {
        id: "created",
        header: t("tenancy:column.created"),
        cell: (site) => <RelTime at={site.created_at} />,
        sort: "created_at",
      },
    ],
    [t, format],
  );
  return (
    <>
      <BackLink to="/tenants">{t("tenancy:title")}</BackLink>
      <PageHeader title={tenant.name} note={all.data ? t("common:devices", { count: devices }) : undefined}>
        <TenantActions
          tenantId={tenantId}
          empty={all.data?.total === 0}
          onNewSite={() => {
            setForm({});
          }}
        />
      </PageHeader>
      <ListGrid
        of={list}
        label={t("tenancy:sites")}
        columns={columns}
        filters={{}}
        searchLabel={t("tenancy:searchSites")}
        rowName={(site) => site.name}
        actions={(site) => (
          <SiteActions
            site={site}
            onEdit={() => {
              setForm({ site });
            }}
          />
        )}
        empty={{ title: t("tenancy:emptySites.title"), text: t("tenancy:emptySites.text") }}
      />
      <SiteForm
        opened={form !== null}
        tenantId={tenantId}
        site={form?.site}
        onClose={() => {
          setForm(null);
        }}
      />
    </>
  );
}
