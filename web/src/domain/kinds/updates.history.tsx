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
import type { TaskResults } from "@/api/types.ts";
import { useErrorText } from "@/i18n/errorText.ts";
import { Dash } from "@/ui/Dash.tsx";
import { Card } from "@/ui/Facts.tsx";
import { useFormat } from "@/ui/format.ts";
import { Status, type Look } from "@/ui/Status.tsx";
import type { Kind } from "./kind.ts";
import { ResultTable } from "./ResultTable.tsx";

type Act = TaskResults["updates.history"]["entries"][number];

const LOOK: Record<Act["outcome"], Look> = {
  succeeded: { tone: "ok", icon: IconCircleCheck },
  succeeded_with_errors: { tone: "high", icon: IconAlertTriangleFilled },
  failed: { tone: "critical", icon: IconSquareRoundedX },
  aborted: { tone: "none", icon: IconBan },
  in_progress: { tone: "info", icon: IconLoader2 },
  not_started: { tone: "none", icon: IconCircleDashed },
};

function Entry({ entry }: { entry: Act }) {
  const { t } = useTranslation("kinds");
  const format = useFormat();
  const errors = useErrorText();
  const { at, outcome, error } = entry;
  return (
    <tr>
      <td>{format.dateTime(at)}</td>
      <th scope="row">
        {entry.title || <Dash />}
        {error === null ? null : <div className="second-line">{errors.byCode(error.code, error.params)}</div>}
      </th>
      <td>{entry.operation === "uninstall" ? t("updates.history.uninstall") : t("updates.history.install")}</td>
      <td>
        <Status {...LOOK[outcome]}>{t(`updates.history.outcome.${outcome}`)}</Status>
      </td>
      <td>{entry.client ?? <Dash />}</td>
    </tr>
  );
}

/** What the update service has done, whoever asked for it. */
function Result({ result }: { result: TaskResults["updates.history"] }) {
  const { t } = useTranslation("kinds");
  const { entries } = result;
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

export const updatesHistory: Kind<"updates.history"> = {
  icon: IconHistory,
  isGuarded: false,
  canRetry: true,
  start: { permission: "task:create", place: "updates" },
  Params: null,
  Result,
};
