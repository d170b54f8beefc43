import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Home } from "@/api/types.ts";
import { useFormat } from "@/ui/format.ts";
import classes from "../home.module.css";

type Tone = "critical" | "high" | "plain";

interface TileProps {
  count: number;
  /** What it was a day ago; absent where there is no history of it. */
  dayAgo?: number;
  label: string;
  note?: string;
  tone: Tone;
  children: (content: ReactNode, className: string | undefined) => ReactNode;
}

/** A number that somebody may have to do something about; a zero is grey, for it asks for nothing. */
function Tile({ count, dayAgo, label, note, tone, children }: TileProps) {
  const { t } = useTranslation("home");
  const format = useFormat();
  const change = dayAgo === undefined ? 0 : count - dayAgo;
  const content = (
    <>
      <span className={classes.number}>{format.number(count)}</span>
      <span className={classes.tileText}>
        <span className={classes.tileLabel}>{label}</span>
        {note === undefined ? null : <span className="second-line">{note}</span>}
        {change === 0 ? null : (
          <span className="second-line">
            {change > 0 ? t("more", { number: format.number(change) }) : t("fewer", { number: format.number(-change) })}
          </span>
        )}
      </span>
    </>
  );
  return (
    <li className={classes.tile} data-tone={count === 0 ? "none" : tone}>
      {children(content, classes.tileLink)}
    </li>
  );
}

/** What needs somebody, each number with the list behind it. */
export function Attention({ home }: { home: Home }) {
  const { t } = useTranslation("home");
  const { attention } = home;
  const { failed_tasks: failed, approvals } = attention;
  return (
    <section aria-labelledby="home-attention">
      <h2 id="home-attention" className={classes.heading}>
        {t("attention.title")}
      </h2>
      <ul className={classes.tiles}>
        <Tile count={attention.critical_updates} label={t("attention.critical")} tone="critical">
          {(content, className) => (
            <Link to="/updates" search={{ class: "critical" }} className={className}>
              {content}
            </Link>
          )}
        </Tile>
        <Tile count={attention.security_updates} label={t("attention.security")} tone="high">
          {(content, className) => (
            <Link to="/updates" search={{ pending: "security" }} className={className}>
              {content}
            </Link>
          )}
        </Tile>
        {failed === null ? null : (
          <Tile count={failed.now} dayAgo={failed.day_ago} label={t("attention.failed")} tone="critical">
            {(content, className) => (
              <Link to="/activity" search={{ failed: "day" }} className={className}>
                {content}
              </Link>
            )}
          </Tile>
        )}
        <Tile count={attention.restart_required} label={t("attention.restart")} tone="high">
          {(content, className) => (
            <Link to="/updates" search={{ restart: "yes" }} className={className}>
              {content}
            </Link>
          )}
        </Tile>
        <Tile count={attention.away} label={t("attention.away")} tone="plain">
          {(content, className) => (
            <Link to="/devices" search={{ seen: ">7d" }} className={className}>
              {content}
            </Link>
          )}
        </Tile>
        <Tile
          count={attention.failing_disks}
          label={t("attention.failing")}
          {...(attention.health_unknown === 0
            ? {}
            : { note: t("attention.diskUnknown", { count: attention.health_unknown }) })}
          tone="critical"
        >
          {(content, className) => (
            <Link to="/devices" search={{ health: "failing" }} className={className}>
              {content}
            </Link>
          )}
        </Tile>
        <Tile
          count={attention.low_disk}
          label={t("attention.disk")}
          {...(attention.disk_unknown === 0
            ? {}
            : { note: t("attention.diskUnknown", { count: attention.disk_unknown }) })}
          tone="high"
        >
          {(content, className) => (
            <Link to="/devices" search={{ disk: "low" }} className={className}>
              {content}
            </Link>
          )}
        </Tile>
        {approvals === null || (approvals.now === 0 && approvals.day_ago === 0) ? null : (
          <Tile count={approvals.now} dayAgo={approvals.day_ago} label={t("attention.approvals")} tone="plain">
            {(content, className) => (
              <Link to="/approvals" search={{ state: "pending" }} className={className}>
                {content}
              </Link>
            )}
          </Tile>
        )}
      </ul>
    </section>
  );
}
