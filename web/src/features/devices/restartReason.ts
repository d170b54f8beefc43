import { useTranslation } from "react-i18next";
import { useFormat } from "@/ui/format.ts";

interface Reason {
  code: string;
  params: Record<string, unknown>;
}

/** A reason for a restart as a sentence; the agent's packages are named when it told them. */
export function useRestartReason(): (reason: Reason) => string {
  const { t, i18n } = useTranslation("devices");
  const format = useFormat();
  // Agents of other versions know other reasons; `exists` guards the look-up.
  const translate = t as unknown as (key: string, params: Record<string, unknown>) => string;
  return ({ code, params }) => {
    const packages = params["packages"];
    const names = Array.isArray(packages) ? packages.filter((name) => typeof name === "string") : [];
    const key = `restartReason.${code.replaceAll(".", "_")}`;
    const text = i18n.exists(`devices:${key}`) ? translate(key, params) : t("restartReason.other", { code });
    return names.length > 0 ? t("restartReason.because", { text, packages: format.list(names) }) : text;
  };
}
