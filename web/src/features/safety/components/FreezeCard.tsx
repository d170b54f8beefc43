import { Button, Tooltip } from "@mantine/core";
import { IconPlayerPause, IconPlayerPlay } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { FreezeState } from "@/api/types.ts";
import { useFreezeAcknowledgement } from "@/domain/freeze/freezeAcknowledgement.ts";
import { FreezeDialog } from "@/domain/freeze/FreezeDialog.tsx";
import { Card, Fact, Facts } from "@/ui/Facts.tsx";
import { useFormat } from "@/ui/format.ts";
import { Status } from "@/ui/Status.tsx";
import classes from "../safety.module.css";

interface FreezeCardProps {
  title: string;
  text: string;
  name: string;
  state: FreezeState;
  /** Absent = the whole fleet. */
  tenantId?: string;
  /** Why it may not be changed; undefined = it may. */
  off: string | undefined;
}

/** The switch that stops everything harmful, and who obeys it. */
export function FreezeCard({ title, text, name, state, tenantId, off }: FreezeCardProps) {
  const { t } = useTranslation(["safety", "freeze"]);
  const format = useFormat();
  const obey = useFreezeAcknowledgement(state);
  const [asking, ask] = useState(false);
  return (
    <Card
      title={title}
      aside={
        state.frozen ? (
          <Status tone="info" icon={IconPlayerPause} filled>
            {t("state.frozen")}
          </Status>
        ) : (
          <Status tone="ok" icon={IconPlayerPlay}>
            {t("state.free")}
          </Status>
        )
      }
    >
      <p className={classes.lead}>{text}</p>
      {state.changed_at === null ? null : (
        <Facts>
          <Fact name={state.frozen ? t("since") : t("endedAt")}>{format.dateTime(state.changed_at)}</Fact>
          <Fact name={t("by")}>{state.changed_by_name}</Fact>
          {state.reason === "" ? null : <Fact name={t("why")}>{state.reason}</Fact>}
          {state.frozen ? <Fact name={t("devices")}>{obey}</Fact> : null}
        </Facts>
      )}
      <div className={classes.foot}>
        <Tooltip label={off ?? ""} disabled={off === undefined}>
          <Button
            {...(state.frozen ? {} : { color: "red.8" })}
            leftSection={state.frozen ? <IconPlayerPlay size={16} /> : <IconPlayerPause size={16} />}
            disabled={off !== undefined}
            onClick={() => {
              ask(true);
            }}
          >
            {state.frozen ? t("freeze:unfreeze.open") : t("freeze:freeze.open")}
          </Button>
        </Tooltip>
      </div>
      <FreezeDialog
        opened={asking}
        freeze={!state.frozen}
        {...(tenantId === undefined ? {} : { tenantId })}
        name={name}
        onClose={() => {
          ask(false);
        }}
      />
    </Card>
  );
}
