import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { AuditRow } from "@/api/types.ts";

const UNKNOWN = "–";

export interface AuditTexts {
  /** What was done, as a noun phrase; an action that this version does not know is named as the server names it. */
  what: (entry: Pick<AuditRow, "action" | "params">) => string;
  /** The name of a kind or of a state, or the word itself where nobody has named it. */
  named: (prefix: "taskState" | "kind", value: unknown) => string;
  target: (kind: string) => string;
  field: (path: string) => string;
}

/** What keys of the catalogue look like; the names that the server sends may look like anything. */
const KEY = /^[a-z]+:[a-zA-Z]+(\.[a-z_]+)+$/;

export function useAuditTexts(): AuditTexts {
  const { t, i18n } = useTranslation(["audit", "common", "kinds"]);
  return useMemo(() => {
    // The server chooses actions and fields, so the compiler cannot know them; `exists` guards the look-up.
    const translate = t as unknown as (key: string, values?: Record<string, unknown>) => string;
    const text = (key: string, otherwise: string, values: Record<string, unknown> = {}): string => {
      if (!KEY.test(key) || !i18n.exists(key, { count: 0 })) return otherwise;
      const found = translate(key, values);
      // A branch of the catalogue is no text: i18next answers with the key.
      return key.endsWith(found) ? otherwise : found;
    };
    const named = (prefix: "taskState" | "kind", value: unknown): string =>
      typeof value === "string"
        ? text(prefix === "kind" ? `kinds:${value}.name` : `common:taskState.${value}`, value)
        : UNKNOWN;
    const what = ({ action, params }: Pick<AuditRow, "action" | "params">): string => {
      const plain = (name: string): string => (typeof params[name] === "string" ? params[name] : UNKNOWN);
      return text(`audit:action.${action}`, action, {
        kind: named("kind", params["kind"]),
        state: named("taskState", params["state"]),
        count: typeof params["count"] === "number" ? params["count"] : 1,
        permission: plain("permission"),
        format: plain("format").toUpperCase(),
      });
    };
    const target = (kind: string): string => text(`audit:target.${kind}`, kind);
    const field = (path: string): string => text(`audit:field.${path.replaceAll(".", "_")}`, path);
    return { what, named, target, field };
  }, [t, i18n]);
}
