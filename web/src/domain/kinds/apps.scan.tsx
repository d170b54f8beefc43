import { IconApps } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { TaskResults } from "@/api/types.ts";
import { Dash } from "@/ui/Dash.tsx";
import { Card } from "@/ui/Facts.tsx";
import type { Kind } from "./kind.ts";
import { Problems } from "./Problems.tsx";
import { ResultTable } from "./ResultTable.tsx";

type App = TaskResults["apps.scan"]["apps"][number];

function Marks({ app }: { app: App }) {
  const { t } = useTranslation("kinds");
  const { user } = app;
  const marks = [
    app.scope === "user"
      ? user === null
        ? t("apps.scan.list.ofUser")
        : t("apps.scan.list.ofOneUser", { name: user })
      : null,
    app.pinned ? t("apps.scan.list.pinned") : null,
    app.id_truncated ? t("apps.scan.list.truncated") : null,
  ].filter((mark) => mark !== null);
  return marks.length === 0 ? null : <div className="second-line">{marks.join(" · ")}</div>;
}

/** Applications for which something newer is offered. */
function Result({ result }: { result: TaskResults["apps.scan"] }) {
  const { t } = useTranslation("kinds");
  const { apps, manager, user_scopes: users } = result;
  return (
    <Card title={t("apps.scan.list.found", { count: apps.length })} aside={<span className="dim">{manager}</span>}>
      {users.length === 0 ? null : <p className="dim">{t("apps.scan.list.alsoFor", { names: users.join(", ") })}</p>}
      <Problems problems={result.problems} />
      {apps.length === 0 ? null : (
        <ResultTable
          label={t("apps.scan.list.found", { count: apps.length })}
          columns={[
            t("apps.scan.list.name"),
            t("apps.scan.list.id"),
            t("apps.scan.list.version"),
            t("apps.scan.list.available"),
            t("apps.scan.list.source"),
          ]}
        >
          {apps.map((app, index) => (
            <tr key={index}>
              <th scope="row">
                {app.name || <Dash />}
                <Marks app={app} />
              </th>
              <td className="mono">{app.id || <Dash />}</td>
              <td>{app.version || <Dash />}</td>
              <td>{app.available || <Dash />}</td>
              <td>{app.source || <Dash />}</td>
            </tr>
          ))}
        </ResultTable>
      )}
    </Card>
  );
}

export const appsScan: Kind<"apps.scan"> = {
  icon: IconApps,
  isGuarded: false,
  canRetry: true,
  start: { permission: "task:create", place: "updates", systems: ["windows"] },
  Params: null,
  Result,
};
