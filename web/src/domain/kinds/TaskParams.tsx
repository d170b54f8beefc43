import { useTranslation } from "react-i18next";
import type { Task, TaskKind } from "@/api/types.ts";
import { Fact } from "@/ui/Facts.tsx";
import { useFormat } from "@/ui/format.ts";
import classes from "./kinds.module.css";

const SELECTS = ["all", "security", "chosen"] as const;
const SHELLS = ["powershell", "pwsh", "cmd", "sh", "bash", "python"] as const;
const RESTARTS = ["never", "if_required"] as const;

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

const WINDOWS_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

interface Chosen {
  name?: unknown;
  version?: unknown;
  title?: unknown;
  kb?: unknown;
}

/** An update by its title, where a device has told it; what Windows calls it internally says nothing to anybody. */
function UpdateName({ update }: { update: Chosen }) {
  const [name, title, kb] = [text(update.name), text(update.title), text(update.kb)];
  if (title !== "" && WINDOWS_ID.test(name))
    return (
      <>
        {title} <span className="dim">{title.includes(kb) ? "" : kb}</span>
      </>
    );
  if (title === "" || title === name)
    return (
      <>
        {name} <span className="dim">{text(update.version)}</span>
      </>
    );
  return (
    <>
      {title}{" "}
      <span className="dim">
        {name} {text(update.version)}
      </span>
    </>
  );
}

function Install({ params }: { params: Task["params"] }) {
  const { t } = useTranslation("tasks");
  const select = SELECTS.find((value) => value === params["select"]);
  const restart = RESTARTS.find((value) => value === params["restart"]);
  const updates = (Array.isArray(params["updates"]) ? params["updates"] : []) as Chosen[];
  return (
    <>
      <Fact name={t("params.select")}>{select ? t(`params.selects.${select}`) : null}</Fact>
      <Fact name={t("params.restart")}>{restart ? t(`params.restarts.${restart}`) : null}</Fact>
      {updates.length > 0 ? (
        <Fact name={t("params.updates")}>
          <ul className={classes.updates}>
            {updates.map((update) => (
              <li key={`${text(update.name)} ${text(update.version)}`}>
                <UpdateName update={update} />
              </li>
            ))}
          </ul>
        </Fact>
      ) : null}
    </>
  );
}

function Script({ params }: { params: Task["params"] }) {
  const { t } = useTranslation("tasks");
  const shell = SHELLS.find((name) => name === params["shell"]);
  const words = (Array.isArray(params["arguments"]) ? params["arguments"] : []).filter(
    (word) => typeof word === "string",
  );
  return (
    <>
      <Fact name={t("script.shell")}>{shell ? t(`script.shells.${shell}`) : text(params["shell"])}</Fact>
      <Fact name={t("script.runAs")}>{params["run_as"] === "user" ? t("script.asUser") : t("script.asSystem")}</Fact>
      {words.length === 0 ? null : (
        <Fact name={t("script.arguments")}>
          <span className="mono">{words.join(" ")}</span>
        </Fact>
      )}
      <Fact name={t("script.source")}>
        <pre className={classes.source} tabIndex={0}>
          {text(params["source"])}
        </pre>
      </Fact>
    </>
  );
}

function Apps({ params }: { params: Task["params"] }) {
  const { t } = useTranslation("tasks");
  const apps = (Array.isArray(params["apps"]) ? params["apps"] : []) as { id?: unknown }[];
  return (
    <Fact name={t("script.apps")}>
      {params["select"] === "all" ? (
        t("script.allApps")
      ) : (
        <ul className={classes.updates}>
          {apps.map((app) => (
            <li key={text(app.id)} className="mono">
              {text(app.id)}
            </li>
          ))}
        </ul>
      )}
    </Fact>
  );
}

/** What a kind of work was told to do, as facts. */
export function TaskParams({ kind, params }: { kind: TaskKind; params: Task["params"] }) {
  const { t } = useTranslation("tasks");
  const format = useFormat();
  if (kind === "updates.install") return <Install params={params} />;
  if (kind === "script.run") return <Script params={params} />;
  if (kind === "apps.upgrade") return <Apps params={params} />;
  if (kind === "updates.uninstall") return <Fact name={t("params.updates")}>{text(params["kb"])}</Fact>;
  if (kind === "diagnostics.echo") return <Fact name={t("params.text")}>{text(params["text"])}</Fact>;
  if (kind === "system.restart") {
    return (
      <>
        <Fact name={t("params.delay")}>
          {typeof params["delay_seconds"] === "number" ? format.duration(params["delay_seconds"]) : null}
        </Fact>
        <Fact name={t("params.reason")}>{text(params["reason"])}</Fact>
      </>
    );
  }
  return null;
}
