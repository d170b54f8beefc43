import {
  IconAlertTriangleFilled,
  IconBan,
  IconCircleCheck,
  IconCircleDashed,
  IconHistory,
  IconLoader2,
  IconSquareRoundedX,
} from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useErrorText } from "@/i18n/errorText.ts";
import { Dash } from "@/ui/Dash.tsx";
import { Card } from "@/ui/Facts.tsx";
import { useFormat } from "@/ui/format.ts";
import { Status, type Look } from "@/ui/Status.tsx";
import type { Kind } from "./kind.ts";
import { ResultTable } from "./ResultTable.tsx";
import { oneOf, rows, text, trouble, type Fields } from "./untrusted.ts";

const OUTCOMES = ["succeeded", "succeeded_with_errors", "failed", "aborted", "in_progress", "not_started"] as const;
const LOOK: Record<(typeof OUTCOMES)[number], Look> = {
  succeeded: { tone: "ok", icon: IconCircleCheck },
  succeeded_with_errors: { tone: "high", icon: IconAlertTriangleFilled },
  failed: { tone: "critical", icon: IconSquareRoundedX },
  aborted: { tone: "none", icon: IconBan },
  in_progress: { tone: "info", icon: IconLoader2 },
  not_started: { tone: "none", icon: IconCircleDashed },
};

function Entry({ entry }: { entry: Fields }) {
  const { t } = useTranslation("kinds");
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
      <td>{entry["operation"] === "uninstall" ? t("updates.history.uninstall") : t("updates.history.install")}</td>
      <td>
        {outcome === null ? <Dash /> : <Status {...LOOK[outcome]}>{t(`updates.history.outcome.${outcome}`)}</Status>}
      </td>
      <td>{text(entry["client"]) ?? <Dash />}</td>
    </tr>
  );
}

/** What the update service has done, whoever asked for it. */
function Result({ result }: { result: Fields }) {
  const { t } = useTranslation("kinds");
  const entries = rows(result["entries"]);
  const title = t("updates.history.count", { count: entries.length });
  return (
    <Card title={title}>
      {entries.length === 0 ? (
        <p className="dim">{t("updates.history.none")}</p>
      ) : (
        <ResultTable
          label={title}
          columns={[
            t("updates.history.at"),
            t("updates.history.update"),
            t("updates.history.operation"),
            t("updates.history.result"),
            t("updates.history.client"),
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

export const updatesHistory: Kind = {
  icon: IconHistory,
  isGuarded: false,
  canRetry: true,
  start: { permission: "task:create", place: "updates" },
  Params: null,
  Result,
};
