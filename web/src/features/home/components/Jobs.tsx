import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Home } from "@/api/types.ts";
import { useWorkTitle } from "@/domain/kinds/workTitle.ts";
import { Card } from "@/ui/Facts.tsx";
import { useFormat } from "@/ui/format.ts";
import { ProgressLine } from "@/ui/ProgressLine.tsx";
import { RelTime } from "@/ui/RelTime.tsx";
import classes from "../home.module.css";

type HomeJob = Home["running"][number];

function finished({ counts }: HomeJob): number {
  return counts.succeeded + counts.failed + counts.timed_out + counts.cancelled + counts.expired;
}

function Name({ job }: { job: HomeJob }) {
  const title = useWorkTitle();
  return (
    <Link to="/jobs/$jobId" params={{ jobId: job.id }} className={classes.itemName}>
      {title(job.kind, job.params)}
    </Link>
  );
}

/** What runs at this moment, and how far each is. */
export function Running({ jobs }: { jobs: readonly HomeJob[] }) {
  const { t } = useTranslation("home");
  const format = useFormat();
  return (
    <Card title={t("running.title")}>
      {jobs.length === 0 ? (
        <p className="dim">{t("running.empty")}</p>
      ) : (
        <ul className={classes.list}>
          {jobs.map((job) => (
            <li key={job.id} className={classes.job}>
              <Name job={job} />
              <ProgressLine
                percent={Math.round((finished(job) / Math.max(1, job.task_count)) * 100)}
                label={t("running.of", {
                  finished: format.number(finished(job)),
                  total: format.number(job.task_count),
                })}
                name={t("running.progress")}
              />
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

/** What begins within a day. */
export function Planned({ jobs }: { jobs: readonly HomeJob[] }) {
  const { t } = useTranslation(["home", "common"]);
  return (
    <Card title={t("home:planned.title")}>
      {jobs.length === 0 ? (
        <p className="dim">{t("home:planned.empty")}</p>
      ) : (
        <ul className={classes.list}>
          {jobs.map((job) => (
            <li key={job.id} className={classes.job}>
              <Name job={job} />
              <span className="second-line">
                <RelTime at={job.not_before} /> · {t("common:devices", { count: job.task_count })}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
