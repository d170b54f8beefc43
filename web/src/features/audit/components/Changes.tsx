import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { AuditEntry } from "@/api/types.ts";
import { oneOf } from "@/domain/kinds/untrusted.ts";
import { useMe } from "@/domain/me.ts";
import { ROLES } from "@/domain/roles.ts";
import { sitesQuery } from "@/domain/sites.ts";
import { useErrorText } from "@/i18n/errorText.ts";
import { LANGUAGES } from "@/i18n/index.ts";
import { Dash } from "@/ui/Dash.tsx";
import { Card } from "@/ui/Facts.tsx";
import { useFormat } from "@/ui/format.ts";
import classes from "../audit.module.css";
import { changes } from "../diff.ts";
import { useAuditTexts } from "../sentence.ts";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}/;
const MOST_LISTED = 12;

/** Names for the ids of sites and tenants that the reader may see. */
function useNames(tenantId: string): ReadonlyMap<string, string> {
  const me = useMe();
  const mine = me.memberships.some((membership) => membership.tenant_id === tenantId);
  const sites = useQuery({ ...sitesQuery(tenantId), enabled: mine });
  return new Map([
    ...me.memberships.map((membership): [string, string] => [membership.tenant_id, membership.tenant_name]),
    ...(sites.data?.items ?? []).map((site): [string, string] => [site.id, site.name]),
  ]);
}

function Value({ path, value, names }: { path: string; value: unknown; names: ReadonlyMap<string, string> }) {
  const { t } = useTranslation(["audit", "common"]);
  const texts = useAuditTexts();
  const errors = useErrorText();
  const format = useFormat();
  if (value === undefined || value === null || value === "") return <Dash />;
  if (typeof value === "boolean") return value ? t("audit:yes") : t("audit:no");
  if (typeof value === "number") return format.number(value);
  if (Array.isArray(value)) {
    if (path === "device_ids") return t("audit:devicesCount", { count: value.length });
    if (value.length === 0) return <Dash />;
    const shown = value.slice(0, MOST_LISTED);
    return (
      <ul className={classes.values}>
        {shown.map((item, index) => (
          <li key={index}>
            <Value path={path} value={item} names={names} />
          </li>
        ))}
        {value.length > MOST_LISTED ? (
          <li className="dim">{t("common:andMore", { count: value.length - MOST_LISTED })}</li>
        ) : null}
      </ul>
    );
  }
  if (typeof value !== "string") return <span className="mono">{Object.values(value).map(String).join(" ")}</span>;
  if (path === "state") return texts.named("taskState", value);
  if (path === "kind") return texts.named("kind", value);
  if (path === "error_code") return errors.byCode(value);
  const role = path === "role" ? oneOf(ROLES, value) : null;
  if (role !== null) return t(`common:role.${role}`);
  const theme = path === "theme" ? oneOf(["light", "dark", "system"] as const, value) : null;
  if (theme !== null) return t(`common:theme.${theme}`);
  const language = path === "language" ? oneOf(LANGUAGES, value) : null;
  if (language !== null) return t(`common:languageName.${language}`);
  if (UUID.test(value)) return names.get(value) ?? <span className="mono">{value}</span>;
  return MOMENT.test(value) ? format.dateTime(value) : value;
}

/** What an act changed: two columns where something was before, else the details of the act. */
export function Changes({ entry }: { entry: AuditEntry }) {
  const { t } = useTranslation("audit");
  const texts = useAuditTexts();
  const names = useNames(entry.tenant_id);
  const [raw, setRaw] = useState(false);
  const both = entry.before !== null;
  const all = changes(entry.before, entry.after);
  const changed = all.filter((row) => row.changed);
  // What stayed as it was is no change; of an act that changed nothing all of it is told.
  const rows = both && changed.length > 0 ? changed : all;
  if (rows.length === 0) return <p className="dim">{t("entry.nothing")}</p>;
  const toggle = (
    <Button
      size="compact-xs"
      variant="subtle"
      onClick={() => {
        setRaw(!raw);
      }}
    >
      {raw ? t("entry.readable") : t("entry.raw")}
    </Button>
  );
  return (
    <Card title={both ? t("entry.changes") : t("entry.details")} aside={toggle}>
      {raw ? (
        <pre className={classes.raw} tabIndex={0}>
          {JSON.stringify({ before: entry.before, after: entry.after }, null, 2)}
        </pre>
      ) : (
        <table className={classes.changes} data-both={both || undefined}>
          <thead className={both ? undefined : "visually-hidden"}>
            <tr>
              <th scope="col">{t("entry.field")}</th>
              {both ? <th scope="col">{t("entry.before")}</th> : null}
              <th scope="col">{t("entry.after")}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ path, before, after, changed }) => (
              <tr key={path} data-changed={(both && changed) || undefined}>
                <th scope="row">
                  {texts.field(path)}
                  {both && changed ? <span className="visually-hidden"> {t("entry.changed")}</span> : null}
                </th>
                {both ? (
                  <td>
                    <Value path={path} value={before} names={names} />
                  </td>
                ) : null}
                <td>
                  <Value path={path} value={after} names={names} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
}
