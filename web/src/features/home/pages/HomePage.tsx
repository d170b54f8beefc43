import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { AuditRow, Home } from "@/api/types.ts";
import { useScope } from "@/domain/scope.ts";
import { ErrorState } from "@/ui/DataGrid/index.ts";
import { Card } from "@/ui/Facts.tsx";
import { PageHeader } from "@/ui/PageHeader.tsx";
import { homeQuery } from "../api.ts";
import { Attention } from "../components/Attention.tsx";
import { Checklist } from "../components/Checklist.tsx";
import { Customers } from "../components/Customers.tsx";
import { Planned, Running } from "../components/Jobs.tsx";
import { Queue } from "../components/Queue.tsx";
import classes from "../home.module.css";

interface HomePageProps {
  /** Shows entries of the trail, in its own words. */
  people: (entries: AuditRow[]) => ReactNode;
}

function Loading() {
  const { t } = useTranslation("common");
  return (
    <div className={classes.page} role="status" aria-label={t("loading")}>
      <Skeleton height={96} />
      <div className={classes.columns}>
        <Skeleton height={280} />
        <Skeleton height={280} />
      </div>
      <Skeleton height={220} />
    </div>
  );
}

/** Whoever may not see work sees devices alone: nothing is shown that would always be empty. */
function Content({ home, people }: HomePageProps & { home: Home }) {
  const { t } = useTranslation("home");
  const seesWork = home.attention.failed_tasks !== null;
  const isNew = !home.setup.has_device || !home.setup.has_scan;
  return (
    <div className={classes.page}>
      {isNew ? <Checklist home={home} /> : null}
      {home.devices === 0 ? null : <Attention home={home} />}
      {seesWork && home.devices > 0 ? (
        <div className={classes.columns}>
          <Queue home={home} />
          <div className={classes.side}>
            <Running jobs={home.running} />
            <Planned jobs={home.planned} />
          </div>
        </div>
      ) : null}
      {home.devices === 0 ? null : <Customers home={home} />}
      {home.people === null || home.people.length === 0 ? null : <Card title={t("people")}>{people(home.people)}</Card>}
    </div>
  );
}

/** The first page of the day: what needs somebody, what runs, what comes, and how each customer is. */
export function HomePage({ people }: HomePageProps) {
  const { t } = useTranslation("home");
  const scope = useScope();
  const { data, error, refetch } = useQuery(homeQuery(scope.params));
  return (
    <>
      <PageHeader title={t("title")} />
      {data === undefined ? (
        error === null ? (
          <Loading />
        ) : (
          <ErrorState error={error} onRetry={() => void refetch()} />
        )
      ) : (
        <Content home={data} people={people} />
      )}
    </>
  );
}
