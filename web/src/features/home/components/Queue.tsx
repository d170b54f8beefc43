import { Button } from "@mantine/core";
import { IconRotate } from "@tabler/icons-react";
import { Link, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Home } from "@/api/types.ts";
import { KINDS } from "@/domain/kinds/index.ts";
import { useCan } from "@/domain/permissions.ts";
import { useErrorText } from "@/i18n/errorText.ts";
import { Card } from "@/ui/Facts.tsx";
import { useFormat } from "@/ui/format.ts";
import { RelTime } from "@/ui/RelTime.tsx";
import classes from "../home.module.css";

type Group = Home["failed"][number];

function Devices({ group }: { group: Group }) {
  const { t } = useTranslation("home");
  const format = useFormat();
  const more = group.device_count - group.hostnames.length;
  const names = [...new Set(group.hostnames)];
  return (
    <span className="second-line">
      {more > 0 ? t("queue.andMore", { names: names.join(", "), count: more }) : format.list(names)} ·{" "}
      <RelTime at={group.last_at} />
    </span>
  );
}

function Item({ group }: { group: Group }) {
  const { t } = useTranslation(["home", "kinds"]);
  const errors = useErrorText();
  const mayRetry = useCan()("task:create");
  const navigate = useNavigate();
  const Shape = KINDS[group.kind].icon;
  const name = t(`kinds:${group.kind}.name`);
  const title =
    group.device_count > 1 ? t("home:queue.same", { name, count: group.device_count }) : t("home:queue.one", { name });
  const open = (): void => {
    void (group.task_count === 1
      ? navigate({ to: "/tasks/$taskId", params: { taskId: group.task_id } })
      : navigate({ to: "/jobs/$jobId", params: { jobId: group.job_id } }));
  };
  return (
    <li className={classes.item}>
      <Shape size={18} stroke={1.6} aria-hidden />
      <div className={classes.itemText}>
        {group.task_count === 1 || group.job_count > 1 ? (
          <Link to="/tasks/$taskId" params={{ taskId: group.task_id }} className={classes.itemName}>
            {title}
          </Link>
        ) : (
          <Link to="/jobs/$jobId" params={{ jobId: group.job_id }} className={classes.itemName}>
            {title}
          </Link>
        )}
        <span>{group.error_code === null ? null : errors.byCode(group.error_code, group.error_params)}</span>
        <Devices group={group} />
      </div>
      {KINDS[group.kind].canRetry && mayRetry && (group.task_count === 1 || group.job_count === 1) ? (
        <Button variant="default" leftSection={<IconRotate size={15} />} onClick={open}>
          {t("home:queue.retry")}
        </Button>
      ) : (
        <Link to="/activity" search={{ failed: "day", kind: group.kind }}>
          {t("home:queue.open")}
        </Link>
      )}
    </li>
  );
}

/** What failed lately and nobody has tried again, one line for one cause. */
export function Queue({ home }: { home: Home }) {
  const { t } = useTranslation("home");
  return (
    <Card title={t("queue.title")}>
      {home.failed.length === 0 ? (
        <p className="dim">{t("queue.empty")}</p>
      ) : (
        <ul className={classes.list}>
          {home.failed.map((group) => (
            <Item key={`${group.kind} ${group.error_code ?? ""}`} group={group} />
          ))}
        </ul>
      )}
    </Card>
  );
}
