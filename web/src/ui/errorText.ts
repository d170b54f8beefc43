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

export function useErrorText(): ErrorTexts {
  const { t, i18n } = useTranslation("errors");
  // The server chooses the code, so the compiler cannot know it; `exists` guards the look-up.
  const translate = t as unknown as (key: string, params: Record<string, unknown>) => string;
  const byCode = (code: string, params: Record<string, unknown> | null = null): string => {
    const values = { count: 0, ...params };
    const known = CODE.test(code) && i18n.exists(`errors:${code}`, values);
    return known ? translate(code, values) : t("unknown", { code });
  };
  const ofField = (code: string): string => (i18n.exists(`errors:field.${code}`) ? translate(`field.${code}`, {}) : byCode(code.includes(".") ? code : "field.other"));
  return {
    byCode,
    ofField,
    of: (error) => (error instanceof ApiError ? byCode(error.code, error.params) : t("unknown", { code: "client.error" })),
    requestId: (error) => (error instanceof ApiError ? error.requestId : null),
  };
}
