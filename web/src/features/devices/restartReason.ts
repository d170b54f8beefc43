import { useTranslation } from "react-i18next";
import { useFormat } from "@/ui/format.ts";

interface Reason {
  code: string;
  params?: Record<string, unknown> | undefined;
}

/** Reasons of one kind belong together; each brings the name of one package, service or kernel. */
export function groupReasons(reasons: readonly Reason[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const { code, params } of reasons) {
    const names = Object.values(params ?? {}).filter((value) => typeof value === "string" && value !== "") as string[];
    groups.set(code, [...(groups.get(code) ?? []), ...names]);
  }
  return groups;
}

/** Why a device wants a restart, as sentences. Agents of other versions may know other reasons. */
export function useRestartReasons(reasons: readonly Reason[]): string[] {
  const { t, i18n } = useTranslation("devices");
  const format = useFormat();
  const translate = t as unknown as (key: string) => string;
  return [...groupReasons(reasons)].map(([code, names]) => {
    const key = `restartReason.${code.replace(/^restart\./, "").replaceAll(".", "_")}`;
    const text = i18n.exists(`devices:${key}`) ? translate(key) : t("restartReason.other", { code });
    return names.length > 0 ? t("restartReason.because", { text, names: format.list(names) }) : text;
  });
}
