import { IconBan, IconCircleCheck, IconCircleDashed, IconSquareRoundedX, type Icon } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Task } from "@/api/types.ts";
import { Dash } from "@/ui/Dash.tsx";
import { RestartDue } from "../devices/DeviceCells.tsx";
import { useErrorText } from "@/i18n/errorText.ts";
import { Card } from "@/ui/Facts.tsx";
import { Status, type Tone } from "@/ui/Status.tsx";
import { oneOf, rows, text, texts, trouble, type Fields } from "./untrusted.ts";
import { Problems } from "./Problems.tsx";
import { ResultTable } from "./ResultTable.tsx";
import classes from "./kinds.module.css";

type Result = NonNullable<Task["result"]>;

function Marks({ app }: { app: Fields }) {
  const { t } = useTranslation("tasks");
  const user = text(app["user"]);
  const marks = [
    app["scope"] === "user" ? (user === null ? t("apps.ofUser") : t("apps.ofOneUser", { name: user })) : null,
    app["pinned"] === true ? t("apps.pinned") : null,
    app["id_truncated"] === true ? t("apps.truncated") : null,
  ].filter((mark) => mark !== null);
  return marks.length === 0 ? null : <div className="second-line">{marks.join(" · ")}</div>;
}

/** Applications for which something newer is offered. */
export function AppsScanned({ result }: { result: Result }) {
  const { t } = useTranslation("tasks");
  const apps = rows(result["apps"]);
  const manager = text(result["manager"]);
  const users = texts(result["user_scopes"]);
  return (
    <Card
      title={t("apps.found", { count: apps.length })}
      aside={manager === null ? null : <span className="dim">{manager}</span>}
    >
      {users.length === 0 ? null : <p className="dim">{t("apps.alsoFor", { names: users.join(", ") })}</p>}
      <Problems problems={rows(result["problems"])} />
      {apps.length === 0 ? null : (
        <ResultTable
          label={t("apps.found", { count: apps.length })}
          columns={[t("apps.name"), t("apps.id"), t("apps.version"), t("apps.available"), t("apps.source")]}
        >
          {apps.map((app, index) => (
            <tr key={index}>
              <th scope="row">
                {text(app["name"]) ?? <Dash />}
                <Marks app={app} />
              </th>
              <td className="mono">{text(app["id"]) ?? <Dash />}</td>
              <td>{text(app["version"]) ?? <Dash />}</td>
              <td>{text(app["available"]) ?? <Dash />}</td>
              <td>{text(app["source"]) ?? <Dash />}</td>
            </tr>
          ))}
        </ResultTable>
      )}
    </Card>
  );
}

const OUTCOMES = ["failed", "skipped", "nothing_to_do", "upgraded"] as const;
const LOOK: Record<(typeof OUTCOMES)[number], { tone: Tone; icon: Icon }> = {
  failed: { tone: "critical", icon: IconSquareRoundedX },
  skipped: { tone: "none", icon: IconBan },
  nothing_to_do: { tone: "none", icon: IconCircleDashed },
  upgraded: { tone: "ok", icon: IconCircleCheck },
};

function Upgraded({ app, outcome }: { app: Fields; outcome: (typeof OUTCOMES)[number] }) {
  const { t } = useTranslation("tasks");
  const errors = useErrorText();
  const error = trouble(app["error"]);
  return (
    <li>
      <strong className="mono">{text(app["id"]) ?? "–"}</strong>
      <Status {...LOOK[outcome]}>{t(`apps.outcome.${outcome}`)}</Status>
      {error === null ? null : <span className={classes.detail}>{errors.byCode(error.code, error.params)}</span>}
      {error?.detail ? <span className={`${classes.detail ?? ""} mono`}>{error.detail}</span> : null}
    </li>
  );
}

/** What became of every application, failures first. */
export function AppsUpgraded({ result }: { result: Result }) {
  const { t } = useTranslation("tasks");
  const apps = rows(result["apps"])
    .flatMap((app) => {
      const outcome = oneOf(OUTCOMES, app["outcome"]);
      return outcome === null ? [] : [{ app, outcome }];
    })
    .sort((a, b) => OUTCOMES.indexOf(a.outcome) - OUTCOMES.indexOf(b.outcome));
  const done = apps.filter(({ outcome }) => outcome === "upgraded").length;
  return (
    <Card
      title={t("apps.upgradedOf", { done, count: apps.length })}
      aside={result["restart_required"] === true ? <RestartDue /> : null}
    >
      <ul className={classes.outcomes}>
        {apps.map(({ app, outcome }, index) => (
          <Upgraded key={index} app={app} outcome={outcome} />
        ))}
      </ul>
    </Card>
  );
}
