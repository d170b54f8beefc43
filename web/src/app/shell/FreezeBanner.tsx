import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconChevronDown, IconPlayerPause } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { FreezeState } from "@/api/types.ts";
import { useFreezeAcknowledgement } from "@/domain/freeze/freezeAcknowledgement.ts";
import { FreezeDialog } from "@/domain/freeze/FreezeDialog.tsx";
import { useMe } from "@/domain/me.ts";
import { useCan } from "@/domain/permissions.ts";
import { freezeQuery } from "@/domain/safety.ts";
import { useScope } from "@/domain/scope.ts";
import { useFormat } from "@/ui/format.ts";
import classes from "./shell.module.css";

interface LineProps {
  /** Absent = the whole fleet. */
  tenantId?: string;
  name: string;
  /** What is frozen, as a sentence. */
  told: string;
  state: FreezeState;
  mayEnd: boolean;
}

function Line({ tenantId, name, told, state, mayEnd }: LineProps) {
  const { t } = useTranslation("freeze");
  const format = useFormat();
  const obey = useFreezeAcknowledgement(state);
  const [asking, ask] = useState(false);
  const [opened, setOpened] = useState(false);
  const since = state.changed_at === null ? "" : format.dateTime(state.changed_at);
  return (
    <div className={classes.freeze}>
      <IconPlayerPause size={18} aria-hidden />
      <div className={classes.freezeText}>
        <button
          type="button"
          className={classes.freezeLine}
          aria-expanded={opened}
          onClick={() => {
            setOpened(!opened);
          }}
        >
          <strong>{told}</strong>
          <IconChevronDown size={14} aria-hidden />
        </button>
        {opened ? (
          <div className={classes.freezeMore}>
            <span>{t("banner.since", { since, name: state.changed_by_name ?? "" })}</span>
            <span>{t("banner.reason", { reason: state.reason })}</span>
            {obey === null ? null : <span className={classes.freezeAcknowledged}>{obey}</span>}
          </div>
        ) : null}
      </div>
      {mayEnd ? (
        <Button
          size="compact-sm"
          variant="white"
          onClick={() => {
            ask(true);
          }}
        >
          {t("unfreeze.open")}
        </Button>
      ) : null}
      <FreezeDialog
        opened={asking}
        freeze={false}
        {...(tenantId === undefined ? {} : { tenantId })}
        name={name}
        onClose={() => {
          ask(false);
        }}
      />
    </div>
  );
}

/** Always in sight while work is stopped; on a click since when, by whom, why, and how many devices have heard. */
export function FreezeBanner() {
  const { t } = useTranslation("freeze");
  const can = useCan();
  const me = useMe();
  const { tenant } = useScope();
  const { data } = useQuery({ ...freezeQuery(), enabled: can("task:read"), refetchInterval: 15_000 });
  if (!data) return null;
  const tenants = data.tenants.filter((row) => tenant === undefined || row.tenant_id === tenant);
  if (!data.fleet.frozen && tenants.length === 0) return null;
  return (
    <section aria-label={t("banner.label")} className={classes.freezes}>
      {data.fleet.frozen ? (
        <Line name={t("fleet.name")} told={t("fleet.frozen")} state={data.fleet} mayEnd={me.is_operator} />
      ) : null}
      {tenants.map((row) => (
        <Line
          key={row.tenant_id}
          tenantId={row.tenant_id}
          name={row.tenant_name}
          told={t("banner.tenant", { name: row.tenant_name })}
          state={row}
          mayEnd={can("safety:freeze", row.tenant_id)}
        />
      ))}
    </section>
  );
}
