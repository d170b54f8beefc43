import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/errors.ts";

export interface ErrorTexts {
  /** The sentence for a code that the server or an agent reported; unknown codes get a general one. */
  byCode: (code: string, params?: Record<string, unknown> | null) => string;
  /** Why the server refused one field. */
  ofField: (code: string) => string;
  of: (error: unknown) => string;
  requestId: (error: unknown) => string | null;
}

/** Codes are `room.problem`, both in lower case; anything else cannot be a key of the catalogue. */
const CODE = /^[a-z_]+\.[a-z_]+$/;

/**
 * Codes whose values are words of the device, for whoever looks them up; no sentence can hold them, as any may be
 * missing.
 */
const FROM_DEVICES = /^(agent|apps|apt|health|release|restart|script|updates)\./;
const RAW = ["id", "user", "kb", "name", "source", "packages", "hresult", "exit_code"] as const;

export function useErrorText(): ErrorTexts {
  const { t, i18n } = useTranslation(["errors", "common"]);
  // The server chooses the code, so the compiler cannot know it; `exists` guards the look-up.
  const translate = t as unknown as (key: string, params: Record<string, unknown>) => string;
  const rawDetails = (params: Record<string, unknown>): string[] =>
    RAW.flatMap((name): string[] => {
      const value = params[name];
      if ((typeof value !== "string" && typeof value !== "number") || value === "") return [];
      return [name === "exit_code" ? t("raw.exitCode", { code: value }) : String(value)];
    });
  /** Permissions are said in words: their names are the API's. */
  const named = (params: Record<string, unknown> | null): Record<string, unknown> => {
    const permission = params?.["permission"];
    if (typeof permission !== "string") return { ...params };
    const key = `common:permission.${permission.replace(":", "_")}`;
    return { ...params, permission: i18n.exists(key) ? translate(key, {}) : permission };
  };
  const byCode = (code: string, params: Record<string, unknown> | null = null): string => {
    const values = { count: 0, ...named(params) };
    const known = CODE.test(code) && i18n.exists(`errors:${code}`, values);
    const text = known ? translate(code, values) : t("unknown", { code });
    const details = FROM_DEVICES.test(code) ? rawDetails(params ?? {}) : [];
    return details.length > 0 ? t("raw.sentence", { text, details: details.join(", ") }) : text;
  };
  const ofField = (code: string): string =>
    i18n.exists(`errors:field.${code}`)
      ? translate(`field.${code}`, {})
      : byCode(code.includes(".") ? code : "field.other");
  return {
    byCode,
    ofField,
    of: (error) => (error instanceof ApiError ? byCode(error.code, error.params) : t("client.error")),
    requestId: (error) => (error instanceof ApiError ? error.requestId : null),
  };
}
