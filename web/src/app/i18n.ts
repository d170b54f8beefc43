import { initI18n } from "@/i18n/index.ts";
import english from "./catalogue.en.ts";

/** Gives the app its texts. */
export function initTexts(): Promise<void> {
  return initI18n(english, async () => (await import("./catalogue.pl.ts")).default);
}
