import {
  IconBan,
  IconCircleCheck,
  IconCircleDashed,
  IconLoader2,
  IconSquareRoundedX,
  IconAlertTriangleFilled,
  type Icon,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Task } from "@/api/types.ts";
import { Dash } from "@/ui/Dash.tsx";
import { RestartDue } from "../devices/DeviceCells.tsx";
import { useErrorText } from "@/i18n/errorText.ts";
import { Card, Fact, Facts } from "@/ui/Facts.tsx";
import { useFormat } from "@/ui/format.ts";
import { Status, type Tone } from "@/ui/Status.tsx";
import { number, oneOf, rows, text, trouble, type Fields } from "./untrusted.ts";
import { ResultTable } from "./ResultTable.tsx";

type Result = NonNullable<Task["result"]>;

/** How a script ended; its words are the output below. */
export function ScriptCard({ result }: { result: Result }) {
  const { t } = useTranslation("tasks");
  const format = useFormat();
  const code = number(result["exit_code"]);
  return (
    <Card title={t("card.result")}>
      <Facts>
        <Fact name={t("params.exitCode")}>{code === null ? null : format.number(code)}</Fact>
        <Fact name={t("script.interpreter")}>
          <span className="mono">{text(result["interpreter"]) ?? "–"}</span>
        </Fact>
        <Fact name={t("script.user")}>{text(result["user"]) ?? t("script.asAgent")}</Fact>
      </Facts>
    </Card>
  );
}

/** An update that was taken away. */
export function UninstalledCard({ result }: { result: Result }) {
  const { t } = useTranslation("tasks");
  const kb = text(result["kb"]) ?? "–";
  const restart = result["restart_required"] === true;
  return (
    <Card title={t("card.result")} aside={restart ? <RestartDue /> : null}>
      <p>{restart ? t("uninstalled.afterRestart", { kb }) : t("uninstalled.done", { kb })}</p>
    </Card>
  );
}

/** The agent's version, before and now. */
export function AgentUpdatedCard({ result }: { result: Result }) {
  const { t } = useTranslation("tasks");
  return (
    <Card title={t("card.result")}>
      <Facts>
        <Fact name={t("agentUpdate.now")}>{text(result["version"])}</Fact>
        <Fact name={t("agentUpdate.before")}>{text(result["previous_version"])}</Fact>
      </Facts>
    </Card>
  );
}

const OUTCOMES = ["succeeded", "succeeded_with_errors", "failed", "aborted", "in_progress", "not_started"] as const;
const LOOK: Record<(typeof OUTCOMES)[number], { tone: Tone; icon: Icon }> = {
  succeeded: { tone: "ok", icon: IconCircleCheck },
  succeeded_with_errors: { tone: "high", icon: IconAlertTriangleFilled },
  failed: { tone: "critical", icon: IconSquareRoundedX },
  aborted: { tone: "none", icon: IconBan },
  in_progress: { tone: "info", icon: IconLoader2 },
  not_started: { tone: "none", icon: IconCircleDashed },
};

function Entry({ entry }: { entry: Fields }) {
  const { t } = useTranslation("tasks");
  const format = useFormat();
  const errors = useErrorText();
  const at = text(entry["at"]);
  const outcome = oneOf(OUTCOMES, entry["outcome"]);
  const error = trouble(entry["error"]);
  return (
    <tr>
      <td>{at === null || Number.isNaN(Date.parse(at)) ? <Dash /> : format.dateTime(at)}</td>
      <th scope="row">
        {text(entry["title"]) ?? <Dash />}
        {error === null ? null : <div className="second-line">{errors.byCode(error.code, error.params)}</div>}
      </th>
      <td>{entry["operation"] === "uninstall" ? t("history.uninstall") : t("history.install")}</td>
      <td>{outcome === null ? <Dash /> : <Status {...LOOK[outcome]}>{t(`history.outcome.${outcome}`)}</Status>}</td>
      <td>{text(entry["client"]) ?? <Dash />}</td>
    </tr>
  );
}

/** What the update service has done, whoever asked for it. */
export function HistoryCard({ result }: { result: Result }) {
  const { t } = useTranslation("tasks");
  const entries = rows(result["entries"]);
  const title = t("history.count", { count: entries.length });
  return (
    <Card title={title}>
      {entries.length === 0 ? (
        <p className="dim">{t("history.none")}</p>
      ) : (
        <ResultTable
          label={title}
          columns={[
            t("history.at"),
            t("history.update"),
            t("history.operation"),
            t("history.result"),
            t("history.client"),
          ]}
        >
          {entries.map((entry, index) => (
            <Entry key={index} entry={entry} />
          ))}
        </ResultTable>
      )}
    </Card>
  );
}
