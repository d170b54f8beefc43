import { IconBan, IconCircleCheck, IconDownload, IconSquareRoundedX } from "@tabler/icons-react";
import { lazy } from "react";
import { useTranslation } from "react-i18next";
import type { TaskResults } from "@/api/types.ts";
import { Card, Fact } from "@/ui/Facts.tsx";
import type { Look } from "@/ui/Status.tsx";
import { RestartDue } from "../devices/DeviceCells.tsx";
import type { Kind } from "./kind.ts";
import classes from "./kinds.module.css";
import { OutcomeLine } from "./OutcomeLine.tsx";
import { oneOf, rows, text, type Fields } from "./untrusted.ts";

const SELECTS = ["all", "security", "chosen"] as const;
const RESTARTS = ["never", "if_required"] as const;
const WINDOWS_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** An update by its title, where a device has told it; what Windows calls it internally says nothing to anybody. */
function UpdateName({ update }: { update: Fields }) {
  const name = text(update["name"]) ?? "";
  const version = text(update["version"]) ?? "";
  const title = text(update["title"]) ?? name;
  const kb = text(update["kb"]) ?? "";
  const about =
    title === name ? version : WINDOWS_ID.test(name) ? (title.includes(kb) ? "" : kb) : `${name} ${version}`;
  return (
    <>
      {title} <span className="dim">{about}</span>
    </>
  );
}

function Params({ params }: { params: Fields }) {
  const { t } = useTranslation("kinds");
  const select = oneOf(SELECTS, params["select"]);
  const restart = oneOf(RESTARTS, params["restart"]);
  const updates = rows(params["updates"]);
  return (
    <>
      <Fact name={t("updates.install.select")}>{select && t(`updates.install.selects.${select}`)}</Fact>
      <Fact name={t("updates.install.restart")}>{restart && t(`updates.install.restarts.${restart}`)}</Fact>
      {updates.length === 0 ? null : (
        <Fact name={t("updates.install.updates")}>
          <ul className={classes.updates}>
            {updates.map((update, index) => (
              <li key={index}>
                <UpdateName update={update} />
              </li>
            ))}
          </ul>
        </Fact>
      )}
    </>
  );
}

const OUTCOMES = ["failed", "skipped", "installed"] as const;
type Outcome = TaskResults["updates.install"]["updates"][number];

const LOOK: Record<Outcome["outcome"], Look> = {
  failed: { tone: "critical", icon: IconSquareRoundedX },
  skipped: { tone: "none", icon: IconBan },
  installed: { tone: "ok", icon: IconCircleCheck },
};

function OutcomeName({ entry }: { entry: Outcome }) {
  return (
    <>
      <strong>{entry.title ?? entry.name}</strong>{" "}
      <span className="dim">{entry.kb ?? entry.installed_version ?? entry.version}</span>
    </>
  );
}

/** What an installation did, update by update, failures first. */
function Result({ result }: { result: TaskResults["updates.install"] }) {
  const { t } = useTranslation("kinds");
  const entries = [...result.updates].sort((a, b) => OUTCOMES.indexOf(a.outcome) - OUTCOMES.indexOf(b.outcome));
  if (entries.length === 0) return null;
  const done = entries.filter(({ outcome }) => outcome === "installed").length;
  return (
    <Card
      title={t("updates.install.installedOf", { done, count: entries.length })}
      aside={result.restart_required === true ? <RestartDue /> : null}
    >
      <ul className={classes.outcomes}>
        {entries.map((entry, index) => (
          <OutcomeLine
            key={index}
            name={<OutcomeName entry={entry} />}
            look={LOOK[entry.outcome]}
            word={t(`updates.install.outcome.${entry.outcome}`)}
            error={entry.error}
          />
        ))}
      </ul>
    </Card>
  );
}

export const updatesInstall: Kind<"updates.install"> = {
  icon: IconDownload,
  isGuarded: true,
  canRetry: true,
  start: {
    permission: "update:install",
    place: "button",
    asks: true,
    params: { select: "security", restart: "never" },
    Options: lazy(() => import("./InstallOptions.tsx")),
    isReady: (params) => params["select"] !== "chosen" || rows(params["updates"]).length > 0,
    complete: (params) => ({
      ...params,
      updates: rows(params["updates"]).map(({ name, version }) => ({ name, version })),
    }),
    shortcut: "i",
  },
  Params,
  Result,
};
