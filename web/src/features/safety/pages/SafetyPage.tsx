import { Button, Skeleton } from "@mantine/core";
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

/** More than these are found sooner by the switcher of the menu. */
const MOST_CHOICES = 12;

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

/** How far one mistake, or one stolen session, may reach: of the customer that the app is narrowed to. */
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
      <PageHeader title={t("title")} />
      <div className={classes.page}>
        {tenantId === undefined ? (
          <StateMessage icon={<IconBuilding size={28} />} title={t("choose.title")} text={t("choose.text")}>
            <div className={classes.choices}>
              {choices.slice(0, MOST_CHOICES).map((tenant) => (
                <Button
                  key={tenant.id}
                  variant="default"
                  onClick={() => {
                    scope.change({ tenant: tenant.id });
                  }}
                >
                  {tenant.name}
                </Button>
              ))}
            </div>
          </StateMessage>
        ) : (
          <TenantRules tenantId={tenantId} />
        )}
        {me.is_operator ? (
          <section className={classes.danger} aria-labelledby="fleet-stop">
            <h2 id="fleet-stop">{t("danger")}</h2>
            <FleetFreeze />
          </section>
        ) : null}
      </div>
    </>
  );
}
