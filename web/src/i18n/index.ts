import i18n from "i18next";
import { initReactI18next } from "react-i18next";
import type { Language } from "@/api/types.ts";

export const LANGUAGES = ["pl", "en"] as const satisfies readonly Language[];
const STORAGE_KEY = "bosman.language";

function stored(): Language | null {
  try {
    const value = localStorage.getItem(STORAGE_KEY);
    return value === "pl" || value === "en" ? value : null;
  } catch {
    return null;
  }
}

/** The language chosen before, else the browser's when we speak it, else English. */
export function initialLanguage(): Language {
  return stored() ?? (navigator.language.toLowerCase().startsWith("pl") ? "pl" : "en");
}

/** The texts of one language, by namespace. */
export type Catalogue = Readonly<Record<string, object>>;

/** Where the texts of each language come from: only those that somebody reads are fetched. */
export type Catalogues = Readonly<Record<Language, () => Promise<Catalogue>>>;

let catalogues: Catalogues | null = null;

async function loadCatalogue(language: Language): Promise<void> {
  if (!catalogues || i18n.hasResourceBundle(language, "common")) return;
  for (const [namespace, texts] of Object.entries(await catalogues[language]()))
    i18n.addResourceBundle(language, namespace, texts);
}

/** Switches every text; remembers the choice on this browser for the next sign-in page. */
export async function setLanguage(language: Language): Promise<void> {
  await loadCatalogue(language);
  await i18n.changeLanguage(language);
  document.documentElement.lang = language;
  try {
    localStorage.setItem(STORAGE_KEY, language);
  } catch {
    // Storage may be closed to us; the profile still remembers.
  }
}

/** Starts with the texts of the reader's language. */
export async function initI18n(sources: Catalogues): Promise<void> {
  catalogues = sources;
  await i18n.use(initReactI18next).init({
    resources: {},
    lng: initialLanguage(),
    // Every language is whole (a test sees to it): nothing is fetched only to fall back on it.
    fallbackLng: false,
    defaultNS: "common",
    interpolation: { escapeValue: false }, // React escapes
    returnNull: false,
    // An agent may leave out a value that a sentence asks for; a template in braces is no text.
    missingInterpolationHandler: () => "?",
  });
  await setLanguage(initialLanguage());
}

export default i18n;
