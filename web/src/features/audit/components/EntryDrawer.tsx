import { Button, Drawer, Loader, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconDeviceDesktop, IconLock, IconUser } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { AuditEntry } from "@/api/types.ts";
import { CopyField } from "@/ui/CopyField.tsx";
import { ErrorState } from "@/ui/DataGrid/index.ts";
import { Card, Fact, Facts } from "@/ui/Facts.tsx";
import { useFormat } from "@/ui/format.ts";
import { entryQuery, type AuditChoice } from "../api.ts";
import classes from "../audit.module.css";
import { useAuditTexts } from "../sentence.ts";
import { Changes } from "./Changes.tsx";
import { Reason, Result, Target, TargetDevice, Where, Who } from "./columns.tsx";

type Narrow = (patch: AuditChoice) => void;

function Seal({ chain }: { chain: AuditEntry["chain"] }) {
  const { t } = useTranslation("audit");
  const format = useFormat();
  return (
    <Card title={t("chain.title")} aside={<IconLock size={16} aria-hidden className="dim" />}>
      <div className={classes.seal} role="status">
        {chain === null ? (
          <p className={classes.waiting}>
            <Loader size={14} aria-hidden />
            {t("chain.waiting")}
          </p>
        ) : (
          <>
            <p>
              <strong>{t("chain.sealed", { seq: format.number(chain.seq) })}</strong>{" "}
              <span className="dim">{t("chain.at", { at: format.dateTime(chain.sealed_at) })}</span>
            </p>
            <CopyField value={chain.hash} label={t("chain.hash")} />
          </>
        )}
        <p className="dim">{t("chain.about")}</p>
      </div>
    </Card>
  );
}

function Entry({ entry, onNarrow }: { entry: AuditEntry; onNarrow: Narrow }) {
  const { t } = useTranslation("audit");
  const format = useFormat();
  const { actor_id: actor, device_id: device } = entry;
  return (
    <div className={classes.drawer}>
      <Card title={t("entry.title")}>
        <Facts>
          <Fact name={t("entry.at")}>
            <time dateTime={entry.at}>{format.dateTime(entry.at)}</time>
          </Fact>
          <Fact name={t("entry.who")}>
            <Who entry={entry} />
          </Fact>
          <Fact name={t("entry.address")}>{entry.source_ip}</Fact>
          <Fact name={t("entry.tenant")}>
            <Where entry={entry} />
          </Fact>
          <Fact name={t("entry.target")}>
            <Target entry={entry} />
          </Fact>
          {device !== null && entry.target_kind !== "device" ? (
            <Fact name={t("entry.device")}>
              <TargetDevice entry={entry} />
            </Fact>
          ) : null}
          <Fact name={t("entry.result")}>
            <Result entry={entry} />
            {entry.code === null ? null : (
              <span className={classes.why}>
                <Reason entry={entry} />
              </span>
            )}
          </Fact>
          <Fact name={t("entry.action")}>
            <span className="mono">{entry.action}</span>
          </Fact>
        </Facts>
      </Card>
      <Changes entry={entry} />
      <Seal chain={entry.chain} />
      <div className={classes.narrow}>
        {actor !== null && entry.actor_kind === "user" ? (
          <Button
            variant="default"
            leftSection={<IconUser size={15} />}
            onClick={() => {
              onNarrow({ actor });
            }}
          >
            {t("entry.onlyPerson", { name: entry.actor_name })}
          </Button>
        ) : null}
        {device === null ? null : (
          <Button
            variant="default"
            leftSection={<IconDeviceDesktop size={15} />}
            onClick={() => {
              onNarrow({ device });
            }}
          >
            {t("entry.onlyDevice")}
          </Button>
        )}
      </div>
    </div>
  );
}

function Content({ id, onNarrow }: { id: string; onNarrow: Narrow }) {
  const { t } = useTranslation("common");
  const { data, isPending, error, refetch } = useQuery(entryQuery(id));
  if (isPending) return <Skeleton height={320} aria-label={t("loading")} />;
  return data ? (
    <Entry entry={data} onNarrow={onNarrow} />
  ) : (
    <ErrorState error={error} onRetry={() => void refetch()} />
  );
}

/** One entry with what was before and after, and its seal. */
export function EntryDrawer({
  id,
  onClose,
  onNarrow,
}: {
  id: string | undefined;
  onClose: () => void;
  onNarrow: Narrow;
}) {
  const { t } = useTranslation(["audit", "common"]);
  const texts = useAuditTexts();
  const entry = useQuery({ ...entryQuery(id ?? ""), enabled: id !== undefined });
  const title = entry.data ? texts.what(entry.data) : t("audit:entry.title");
  return (
    <Drawer
      opened={id !== undefined}
      onClose={onClose}
      position="right"
      size={620}
      title={title}
      closeButtonProps={{ "aria-label": t("common:close") }}
    >
      {id === undefined ? null : <Content key={id} id={id} onNarrow={onNarrow} />}
    </Drawer>
  );
}
