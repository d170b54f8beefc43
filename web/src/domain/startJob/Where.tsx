import { Button, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { JobPreview } from "@/api/types.ts";
import { useErrorText } from "@/i18n/errorText.ts";
import { OnlineMark } from "../devices/OnlineMark.tsx";
import { namesQuery, NAMES_PER_PAGE } from "./api.ts";
import type { JobRequest } from "./context.ts";
import classes from "./runSheet.module.css";

type Share = JobPreview["shares"][number];

function sum(shares: Share[], part: "offline" | "servers" | "signed_in"): number {
  return shares.reduce((total, share) => total + share[part], 0);
}

/** Each device of the target, page by page. */
function Names({ target }: { target: JobRequest["target"] }) {
  const { t } = useTranslation("startJob");
  const errors = useErrorText();
  const [pages, turn] = useState<{ cursor?: string; from: number }[]>([{ from: 0 }]);
  const page = pages.at(-1) ?? { from: 0 };
  const { data, error } = useQuery(namesQuery(target, page));
  if (error) return <p role="alert">{errors.of(error)}</p>;
  if (data === undefined) return <Skeleton height={120} />;
  const next = data.next_cursor;
  return (
    <>
      <ul className={classes.names} tabIndex={0} aria-label={t("names")}>
        {data.items.map((device) => (
          <li key={device.id}>
            <OnlineMark online={device.online} />
            <span className={classes.name}>{device.hostname}</span>
            <span className={classes.place}>{t("place", { tenant: device.tenant_name, site: device.site_name })}</span>
          </li>
        ))}
      </ul>
      {pages.length > 1 || next !== null ? (
        <div className={classes.turn}>
          <Button
            variant="default"
            size="compact-xs"
            disabled={pages.length === 1}
            onClick={() => {
              turn(pages.slice(0, -1));
            }}
          >
            {t("earlier")}
          </Button>
          <Button
            variant="default"
            size="compact-xs"
            disabled={next === null}
            onClick={() => {
              if (next !== null) turn([...pages, { cursor: next, from: page.from + NAMES_PER_PAGE }]);
            }}
          >
            {t("later")}
          </Button>
        </div>
      ) : null}
    </>
  );
}

function Shares({ shares }: { shares: Share[] }) {
  const { t } = useTranslation(["startJob", "common"]);
  return (
    <ul className={classes.shares}>
      {shares.map((share) => (
        <li key={share.tenant_id}>
          <span>{share.tenant_name}</span>
          <span className="dim tabular">{t("common:devices", { count: share.devices })}</span>
        </li>
      ))}
    </ul>
  );
}

/** Whom the work is for: how many, of whom, and what to think of before one goes on. */
export function Where({ request, preview }: { request: JobRequest; preview: JobPreview | undefined }) {
  const { t } = useTranslation(["startJob", "common"]);
  const [opened, open] = useState(false);
  const shares = preview?.shares ?? [];
  const count = preview?.device_count ?? request.count;
  const marks = [
    shares.length > 1 ? t("startJob:tenants", { count: shares.length }) : (shares[0]?.tenant_name ?? null),
    sum(shares, "servers") > 0 ? t("startJob:servers", { count: sum(shares, "servers") }) : null,
    sum(shares, "offline") > 0 ? t("startJob:offline", { count: sum(shares, "offline") }) : null,
    sum(shares, "signed_in") > 0 ? t("startJob:signedIn", { count: sum(shares, "signed_in") }) : null,
  ].filter((mark) => mark !== null);
  const Arrow = opened ? IconChevronDown : IconChevronRight;
  return (
    <section className={classes.part} aria-label={t("startJob:where")}>
      <h3>{t("startJob:where")}</h3>
      <p className={classes.summary}>
        <strong>{request.device?.hostname ?? t("common:devices", { count })}</strong>
        {preview === undefined ? null : <span>{marks.join(" · ")}</span>}
      </p>
      {request.device === undefined ? (
        <>
          {shares.length > 1 ? <Shares shares={shares} /> : null}
          <Button
            variant="subtle"
            size="compact-xs"
            leftSection={<Arrow size={14} />}
            aria-expanded={opened}
            onClick={() => {
              open(!opened);
            }}
          >
            {t("startJob:names")}
          </Button>
          {opened ? <Names target={request.target} /> : null}
        </>
      ) : null}
    </section>
  );
}
