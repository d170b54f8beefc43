import { Tooltip } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconClock } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { UpdateDeviceRow } from "@/api/types.ts";
import { DeviceCell, OsCell, RestartCell } from "@/domain/devices/DeviceCells.tsx";
import type { Columns } from "@/domain/list/ListGrid.tsx";
import { ClassCount } from "@/domain/updates/ClassBadge.tsx";
import { IncompleteScan, isIncomplete, useNothingPending } from "@/domain/updates/IncompleteScan.tsx";
import { useErrorText } from "@/i18n/errorText.ts";
import { Dash } from "@/ui/Dash.tsx";
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

function PendingCell({ device }: { device: UpdateDeviceRow }) {
  const { t } = useTranslation("updates");
  const nothingPending = useNothingPending();
  const task = device.active_task;
  if (task && (isStarted(task) || !device.pending_updates))
    return <ActiveTaskLine task={task} hostname={device.hostname} />;
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
    <span className={classes.counts}>
      <ClassCount value="security" count={device.security_updates} />
      <ClassCount value="critical" count={device.critical_updates} />
      <OptionalCount count={device.optional_updates ?? 0} alone={device.pending_updates === device.optional_updates} />
      <IncompleteScan device={device} />
      {task ? <PlannedMark task={task} /> : null}
    </span>
  );
}

export function useUpdatesColumns(): Columns<typeof updatesList> {
  const { t } = useTranslation("updates");
  return useMemo(
    () => [
      {
        id: "device",
        header: t("column.device"),
        cell: (device) => <DeviceCell device={device} />,
        sort: "hostname",
        fixed: true,
        width: 180,
      },
      { id: "os", header: t("column.os"), cell: (device) => <OsCell device={device} />, sort: "os", width: 130 },
      {
        id: "agent",
        header: t("column.agent"),
        cell: (device) => device.agent_version ?? <Dash />,
        sort: "agent_version",
      },
      {
        id: "pending",
        header: t("column.pending"),
        cell: (device) => <PendingCell device={device} />,
        sort: "pending_updates",
        width: 180,
      },
      {
        id: "restart",
        header: t("column.restart"),
        cell: (device) => <RestartCell required={device.restart_required} />,
        sort: "restart_required",
      },
      {
        id: "scan",
        header: t("column.scan"),
        sort: "last_scan_at",
        cell: (device) => (
          <span className={classes.scan}>
            <RelTime at={device.last_scan_at} />
            {device.last_scan_error === null ? null : <ScanFailed code={device.last_scan_error} />}
          </span>
        ),
      },
      { id: "window", header: t("column.window"), cell: () => <Dash why={t("noWindow")} />, card: "hidden" },
    ],
    [t],
  );
}
