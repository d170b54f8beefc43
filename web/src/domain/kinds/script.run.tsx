import { IconTerminal2 } from "@tabler/icons-react";
import { lazy } from "react";
import { useTranslation } from "react-i18next";
import type { TaskResults } from "@/api/types.ts";
import { Card, Fact, Facts } from "@/ui/Facts.tsx";
import { useFormat } from "@/ui/format.ts";
import type { Kind } from "./kind.ts";
import classes from "./kinds.module.css";
import { SHELLS, shellsFor } from "./shells.ts";
import { oneOf, text, texts, type Fields } from "./untrusted.ts";

function Params({ params }: { params: Fields }) {
  const { t } = useTranslation("kinds");
  const shell = oneOf(SHELLS, params["shell"]);
  const words = texts(params["arguments"]);
  return (
    <>
      <Fact name={t("script.run.shell")}>
        {shell === null ? text(params["shell"]) : t(`script.run.shells.${shell}`)}
      </Fact>
      <Fact name={t("script.run.runAs")}>
        {params["run_as"] === "user" ? t("script.run.asUser") : t("script.run.asSystem")}
      </Fact>
      {words.length === 0 ? null : (
        <Fact name={t("script.run.arguments")}>
          <span className="mono">{words.join(" ")}</span>
        </Fact>
      )}
      <Fact name={t("script.run.source")}>
        <pre className={classes.source} tabIndex={0}>
          {text(params["source"])}
        </pre>
      </Fact>
    </>
  );
}

/** How a script ended; its words are the output below. */
function Result({ result }: { result: TaskResults["script.run"] }) {
  const { t } = useTranslation("kinds");
  const format = useFormat();
  return (
    <Card title={t("result")}>
      <Facts>
        <Fact name={t("script.run.exitCode")}>{format.number(result.exit_code)}</Fact>
        <Fact name={t("script.run.interpreter")}>
          <span className="mono">{result.interpreter}</span>
        </Fact>
        <Fact name={t("script.run.user")}>{result.user ?? t("script.run.asAgent")}</Fact>
      </Facts>
    </Card>
  );
}

export const scriptRun: Kind<"script.run"> = {
  icon: IconTerminal2,
  isGuarded: true,
  canRetry: true,
  start: {
    permission: "script:run",
    place: "button",
    asks: true,
    params: { run_as: "system" },
    Options: lazy(() => import("./ScriptOptions.tsx")),
    complete: (params, on) => ({ ...params, shell: oneOf(shellsFor(on), params["shell"]) ?? shellsFor(on)[0] }),
    isReady: (params) => (text(params["source"]) ?? "").trim() !== "",
    limitMinutes: 60,
    shortcut: "s",
  },
  Params,
  Result,
};
