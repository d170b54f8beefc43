import type { UseFormReturnType } from "@mantine/form";
import { useState } from "react";
import { ApiError } from "@/api/errors.ts";
import { useErrorText } from "@/i18n/errorText.ts";

/**
 * Puts the server's refusals where they belong: a field's problem at the field, the rest above the form.
 * `owners` names the field that a general code is about (a taken name belongs at the name).
 */
export function useFormErrors<Values extends Record<string, unknown>>(
  form: UseFormReturnType<Values>,
  owners: Record<string, string> = {},
) {
  const errors = useErrorText();
  const [general, setGeneral] = useState<string | null>(null);
  const apply = (error: unknown): void => {
    setGeneral(null);
    const owner = error instanceof ApiError ? owners[error.code] : undefined;
    const fields =
      error instanceof ApiError ? error.fields.filter((field) => String(field.loc.at(-1)) in form.values) : [];
    if (owner !== undefined) form.setErrors({ [owner]: errors.of(error) });
    else if (fields.length > 0)
      form.setErrors(Object.fromEntries(fields.map((field) => [String(field.loc.at(-1)), errors.ofField(field.code)])));
    else setGeneral(errors.of(error));
  };
  return { general, apply };
}
