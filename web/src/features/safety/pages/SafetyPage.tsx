import { Select, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconBuilding } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useMe } from "@/domain/me.ts";
import { useCan, useDenial } from "@/domain/permissions.ts";
import { freezeQuery, safetyQuery } from "@/domain/safety.ts";
import { useScope } from "@/domain/scope.ts";
import { ErrorState } from "@/ui/DataGrid/index.ts";
import { PageHeader } from "@/ui/PageHeader.tsx";
import { StateMessage } from "@/ui/StateMessage.tsx";
import { tenantChoices } from "../api.ts";
import { BudgetsCard } from "../components/BudgetsCard.tsx";
import { FreezeCard } from "../components/FreezeCard.tsx";
import classes from "../safety.module.css";

function TenantRules({ tenantId }: { tenantId: string }) {
  const { t } = useTranslation(["safety", "common"]);
  const denial = useDenial();
  const rules = useQuery(safetyQuery(tenantId));
  const freeze = useQuery(freezeQuery(tenantId));
  const state = freeze.data?.tenants.find((row) => row.tenant_id === tenantId);
  if (rules.error) return <ErrorState error={rules.error} onRetry={() => void rules.refetch()} />;
  return (
    <>
      {state === undefined ? (
        <Skeleton height={140} aria-label={t("common:loading")} />
      ) : (
        <FreezeCard
          key={tenantId}
          title={t("safety:tenant.title", { name: state.tenant_name })}
          text={t("safety:tenant.text")}
          name={state.tenant_name}
          state={state}
          tenantId={tenantId}
          off={denial("safety:freeze", tenantId)}
        />
      )}
      {rules.data === undefined ? (
        <Skeleton height={300} aria-label={t("common:loading")} />
      ) : (
        <BudgetsCard key={tenantId} settings={rules.data} />
      )}
    </>
  );
}

function FleetFreeze() {
  const { t } = useTranslation(["safety", "freeze"]);
  const { data } = useQuery(freezeQuery());
  if (data === undefined) return <Skeleton height={140} />;
  return (
    <FreezeCard
      title={t("fleet.title")}
      text={t("fleet.text")}
      name={t("freeze:fleet.name")}
      state={data.fleet}
      off={undefined}
    />
  );
}

/** How far one mistake, or one stolen session, may reach. */
export function SafetyPage() {
  const { t } = useTranslation("safety");
  const me = useMe();
  const can = useCan();
  const scope = useScope();
  const tenants = useQuery(tenantChoices);
  const choices = tenants.data?.items.filter((tenant) => can("safety:read", tenant.id)) ?? [];
  const tenantId = scope.tenant ?? (choices.length === 1 ? choices[0]?.id : undefined);
  return (
    <>
      <PageHeader title={t("title")}>
        {choices.length > 1 ? (
          <Select
            aria-label={t("choose.label")}
            placeholder={t("choose.label")}
            leftSection={<IconBuilding size={16} />}
            searchable
            w={260}
            data={choices.map((tenant) => ({ value: tenant.id, label: tenant.name }))}
            value={scope.tenant ?? null}
            onChange={(value) => {
              scope.change(value === null ? {} : { tenant: value });
            }}
          />
        ) : null}
      </PageHeader>
      <div className={classes.page}>
        {me.is_operator ? <FleetFreeze /> : null}
        {tenantId === undefined ? (
          <StateMessage icon={<IconBuilding size={28} />} title={t("choose.title")} text={t("choose.text")} />
        ) : (
          <TenantRules tenantId={tenantId} />
        )}
      </div>
    </>
  );
}
