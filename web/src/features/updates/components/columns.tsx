import { Tooltip } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconClock } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { UpdateDeviceRow } from "@/api/types.ts";
import { useDeviceColumns } from "@/domain/devices/columns.tsx";
import type { Columns } from "@/domain/list/ListGrid.tsx";
import { ClassCount } from "@/domain/updates/ClassBadge.tsx";
import { IncompleteScan, isIncomplete, useNothingPending } from "@/domain/updates/IncompleteScan.tsx";
import { useErrorText } from "@/i18n/errorText.ts";
import { useFormat } from "@/ui/format.ts";
import { ProgressLine } from "@/ui/ProgressLine.tsx";
import { RelTime } from "@/ui/RelTime.tsx";
import { Status } from "@/ui/Status.tsx";
import type { updatesList } from "../api.ts";
import classes from "../updates.module.css";

type ActiveTask = NonNullable<UpdateDeviceRow["active_task"]>;

function isStarted(task: ActiveTask): boolean {
  return task.state === "running" || task.state === "leased";
}

function usePlannedText(task: ActiveTask): string {
  const { t } = useTranslation(["updates", "kinds"]);
  const kind = t(`kinds:${task.kind}.name`);
  return task.state === "waiting" ? t("updates:waiting", { kind }) : t("updates:queued", { kind });
}

/** Work yet to start must not hide what is missing until then, which may be for days. */
function PlannedMark({ task }: { task: ActiveTask }) {
  const text = usePlannedText(task);
  return (
    <Tooltip label={text}>
      <Link to="/tasks/$taskId" params={{ taskId: task.id }} className={classes.planned} aria-label={text}>
        <IconClock size={15} aria-hidden />
      </Link>
    </Tooltip>
  );
}

function ActiveTaskLine({ task, hostname }: { task: ActiveTask; hostname: string }) {
  const { t } = useTranslation(["updates", "kinds"]);
  const format = useFormat();
  const planned = usePlannedText(task);
  const started = isStarted(task);
  const text = started ? t(`kinds:${task.kind}.active`) : planned;
  const label =
    task.progress_percent === null ? text : t("progress", { text, percent: format.percent(task.progress_percent) });
  const link = (
    <Link to="/tasks/$taskId" params={{ taskId: task.id }} className={classes.taskLink}>
      {label}
    </Link>
  );
  return started ? (
    <ProgressLine percent={task.progress_percent} label={link} name={t("progressOf", { name: hostname })} />
  ) : (
    link
  );
}

function ScanFailed({ code }: { code: string }) {
  const { t } = useTranslation("updates");
  const errors = useErrorText();
  return (
    <Tooltip label={t("scanFailed", { reason: errors.byCode(code) })}>
      <span
        className={classes.scanFailed}
        tabIndex={0}
        role="img"
        aria-label={t("scanFailed", { reason: errors.byCode(code) })}
      >
        <IconAlertTriangle size={14} aria-hidden />
      </span>
    </Tooltip>
  );
}

/** Optional updates matter least: beside others they are only a number. */
function OptionalCount({ count, alone }: { count: number; alone: boolean }) {
  const { t } = useTranslation("common");
  if (count === 0) return null;
  if (alone) return <ClassCount value="optional" count={count} />;
  return (
    <Tooltip label={t("updateCount.optional", { count })}>
      <span className={classes.more}>{`+${String(count)}`}</span>
    </Tooltip>
  );
}

/** What is missing, always; work that goes on stands beside it. */
function PendingCell({ device }: { device: UpdateDeviceRow }) {
  const task = device.active_task;
  return (
    <span className={classes.counts}>
      <Counts device={device} />
      {task === null ? null : isStarted(task) && device.online ? (
        <ActiveTaskLine task={task} hostname={device.hostname} />
      ) : (
        <PlannedMark task={task} />
      )}
    </span>
  );
}

function Counts({ device }: { device: UpdateDeviceRow }) {
  const { t } = useTranslation("updates");
  const nothingPending = useNothingPending();
  if (device.pending_updates === null) return <span className="dim">{t("neverScanned")}</span>;
  if (device.pending_updates === 0) {
    if (isIncomplete(device)) return <IncompleteScan device={device} />;
    if (!device.up_to_date) return <span className="dim">{nothingPending(device)}</span>;
    return (
      <Status tone="ok" icon={IconCircleCheck}>
        {nothingPending(device)}
      </Status>
    );
  }
  return (
    <>
      <ClassCount value="critical" count={device.critical_updates} />
      <ClassCount value="security" count={device.security_updates} />
      <OptionalCount count={device.optional_updates ?? 0} alone={device.pending_updates === device.optional_updates} />
      <IncompleteScan device={device} />
    </>
  );
}

export function useUpdatesColumns(): Columns<typeof updatesList> {
  const { t } = useTranslation("updates");
  const { hostname, tenant, site, os, restart } = useDeviceColumns();
  return useMemo(
    () => [
      hostname,
      tenant,
      site,
      os,
      {
        id: "pending",
        header: t("column.pending"),
        cell: (device) => <PendingCell device={device} />,
        sort: "pending_updates",
        width: 150,
        card: "mark",
      },
      restart,
      {
        id: "scan",
        header: t("column.scan"),
        sort: "last_scan_at",
        card: "hidden",
        cell: (device) => (
          <span className={classes.scan}>
            <RelTime at={device.last_scan_at} />
            {device.last_scan_error === null ? null : <ScanFailed code={device.last_scan_error} />}
          </span>
        ),
      },
      {
        id: "agent",
        header: t("column.agent"),
        cell: (device) => device.agent_version,
        sort: "agent_version",
        initiallyHidden: true,
        card: "hidden",
      },
    ],
    [t, hostname, tenant, site, os, restart],
  );
}
