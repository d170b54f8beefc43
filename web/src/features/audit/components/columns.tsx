import {
  IconBan,
  IconCircleCheck,
  IconDeviceDesktop,
  IconKey,
  IconRobot,
  IconUser,
  type Icon,
} from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { AuditRow } from "@/api/types.ts";
import type { Columns } from "@/domain/list/ListGrid.tsx";
import { oneOf } from "@/domain/kinds/untrusted.ts";
import { TASK_STATES } from "@/domain/tasks/taskState.ts";
import { TaskStateBadge } from "@/domain/tasks/TaskStateBadge.tsx";
import { useErrorText } from "@/i18n/errorText.ts";
import { Dash } from "@/ui/Dash.tsx";
import { useFormat } from "@/ui/format.ts";
import { Status } from "@/ui/Status.tsx";
import type { auditList } from "../api.ts";
import classes from "../audit.module.css";
import { useAuditTexts } from "../sentence.ts";

const PLATFORM = "00000000-0000-0000-0000-000000000000";
const WHO: Record<AuditRow["actor_kind"], Icon> = {
  user: IconUser,
  api_key: IconKey,
  device: IconDeviceDesktop,
  system: IconRobot,
};

export function Who({ entry }: { entry: AuditRow }) {
  const { t } = useTranslation("audit");
  const Shape = WHO[entry.actor_kind];
  return (
    <span className={classes.who}>
      <Shape size={15} aria-hidden />
      <span className={classes.clip}>{entry.actor_kind === "system" ? t("system") : entry.actor_name}</span>
    </span>
  );
}

export function Where({ entry }: { entry: AuditRow }) {
  const { t } = useTranslation("audit");
  return (
    <span className={classes.clip}>
      {entry.tenant_id === PLATFORM ? t("platform") : (entry.tenant_name ?? t("removedTenant"))}
    </span>
  );
}

/** The thing itself, as a link where it still has a page. */
export function Target({ entry }: { entry: AuditRow }) {
  const texts = useAuditTexts();
  const { target_kind: kind, target_id: id, device_hostname: hostname } = entry;
  if (kind === null || id === null) return <Dash />;
  const name = entry.target_name ?? texts.target(kind);
  const text = <span className={classes.clip}>{name}</span>;
  if (kind === "device")
    return hostname === null ? (
      text
    ) : (
      <Link to="/devices/$deviceId" params={{ deviceId: id }}>
        {text}
      </Link>
    );
  if (kind === "task")
    return entry.device_id !== null && hostname === null ? (
      text
    ) : (
      <Link to="/tasks/$taskId" params={{ taskId: id }}>
        {text}
      </Link>
    );
  if (kind === "job")
    return (
      <Link to="/jobs/$jobId" params={{ jobId: id }}>
        {text}
      </Link>
    );
  if (kind === "tenant" && entry.tenant_name !== null)
    return (
      <Link to="/tenants/$tenantId" params={{ tenantId: id }}>
        {text}
      </Link>
    );
  return text;
}

export function TargetDevice({ entry }: { entry: AuditRow }) {
  if (entry.device_id === null || entry.device_hostname === null) return null;
  return (
    <Link to="/devices/$deviceId" params={{ deviceId: entry.device_id }}>
      {entry.device_hostname}
    </Link>
  );
}

export function Result({ entry }: { entry: AuditRow }) {
  const { t } = useTranslation("audit");
  const ended = entry.action === "task.finish" ? oneOf(TASK_STATES, entry.params["state"]) : null;
  const refused = entry.result === "refused";
  // That the end of a task was recorded says nothing of how it ended.
  if (ended !== null && !refused) return <TaskStateBadge state={ended} />;
  return (
    <Status tone={refused ? "critical" : "ok"} icon={refused ? IconBan : IconCircleCheck} filled={refused}>
      {t(`result.${entry.result}`)}
    </Status>
  );
}

export function Reason({ entry }: { entry: AuditRow }) {
  const errors = useErrorText();
  return entry.code === null ? null : errors.byCode(entry.code, entry.params);
}

function When({ at }: { at: string }) {
  const format = useFormat();
  return (
    <time dateTime={at} title={format.dateTime(at)}>
      {format.date(at)}
      <span className="second-line">{format.time(at)}</span>
    </time>
  );
}

export function useAuditColumns(withTenant: boolean, open: (entryId: string) => void): Columns<typeof auditList> {
  const { t } = useTranslation("audit");
  const texts = useAuditTexts();
  return useMemo(() => {
    const tenant: Columns<typeof auditList>[number] = {
      id: "tenant",
      header: t("column.tenant"),
      cell: (entry) => <Where entry={entry} />,
      width: 120,
    };
    return [
      {
        id: "what",
        header: t("column.what"),
        fixed: true,
        width: 220,
        cell: (entry) => (
          <button
            type="button"
            className={classes.what}
            data-row-link
            aria-haspopup="dialog"
            onClick={() => {
              open(entry.id);
            }}
          >
            {texts.what(entry)}
          </button>
        ),
      },
      { id: "at", header: t("column.at"), cell: (entry) => <When at={entry.at} />, sort: "at", width: 100 },
      {
        id: "who",
        header: t("column.who"),
        width: 150,
        cell: (entry) => (
          <>
            <Who entry={entry} />
            {entry.source_ip === null ? null : <span className="second-line">{entry.source_ip}</span>}
          </>
        ),
      },
      {
        id: "target",
        header: t("column.target"),
        width: 150,
        cell: (entry) => (
          <>
            <Target entry={entry} />
            {entry.target_kind === "device" ? null : <span className="second-line">{entry.device_hostname}</span>}
          </>
        ),
      },
      ...(withTenant ? [tenant] : []),
      {
        id: "result",
        header: t("column.result"),
        width: 130,
        // The sentence about a missing permission says it all.
        cell: (entry) => (
          <>
            <Result entry={entry} />
            {entry.code === null || entry.action === "access.refused" ? null : (
              <span className={`second-line ${classes.reason ?? ""}`}>
                <Reason entry={entry} />
              </span>
            )}
          </>
        ),
      },
    ];
  }, [t, texts, withTenant, open]);
}
