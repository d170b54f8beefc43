import { useTranslation } from "react-i18next";
import { useFormat } from "@/ui/format.ts";

interface Reason {
  code: string;
  params?: Record<string, unknown> | undefined;
  severity?: "hard" | "soft" | undefined;
}

interface Group {
  names: string[];
  /** How many things there are, where a reason counts instead of naming each. */
  count: number;
  soft: boolean;
}

/** Reasons of one kind belong together; each brings the name of one package, service, kernel or file. */
export function groupReasons(reasons: readonly Reason[]): Map<string, Group> {
  const groups = new Map<string, Group>();
  for (const { code, params, severity } of reasons) {
    const known = groups.get(code) ?? { names: [], count: 0, soft: true };
    const names = Object.values(params ?? {}).filter((value) => typeof value === "string" && value !== "") as string[];
    const counted = params?.["count"];
    groups.set(code, {
      names: [...known.names, ...names],
      count: known.count + (typeof counted === "number" && counted > 0 ? counted : names.length),
      // One that demands a restart is enough.
      soft: known.soft && severity === "soft",
    });
  }
  return groups;
}

export interface ReasonText {
  text: string;
  /** It would like a restart, but it alone demands none. */
  soft: boolean;
}

/**
 * Why a device wants a restart, as sentences, what demands it first. Agents of other versions may know other reasons.
 */
export function useRestartReasons(reasons: readonly Reason[]): ReasonText[] {
  const { t, i18n } = useTranslation("devices");
  const format = useFormat();
  const translate = t as unknown as (key: string) => string;
  const texts = [...groupReasons(reasons)].map(([code, { names, count, soft }]): ReasonText => {
    const key = `restartReason.${code.replace(/^restart\./, "").replaceAll(".", "_")}`;
    const text = i18n.exists(`devices:${key}`) ? translate(key) : t("restartReason.other", { code });
    if (names.length === 0) return { text, soft };
    const more = count > names.length ? [t("restartReason.more", { count: count - names.length })] : [];
    return { text: t("restartReason.because", { text, names: format.list([...names, ...more]) }), soft };
  });
  return [...texts.filter(({ soft }) => !soft), ...texts.filter(({ soft }) => soft)];
}
