import { initI18n } from "@/i18n/index.ts";

/** Gives the app its texts. */
export function initTexts(): Promise<void> {
  return initI18n({
    en: async () => (await import("./catalogue.en.ts")).default,
    pl: async () => (await import("./catalogue.pl.ts")).default,
  });
}
