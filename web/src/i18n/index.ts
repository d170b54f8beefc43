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

let loadPolish: () => Promise<Catalogue> = () => Promise.resolve({});

async function loadCatalogue(language: Language): Promise<void> {
  if (language === "en" || i18n.hasResourceBundle(language, "common")) return;
  for (const [namespace, texts] of Object.entries(await loadPolish()))
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

/** Starts with the English texts; the Polish ones are fetched when somebody wants them. */
export async function initI18n(english: Catalogue, polish: () => Promise<Catalogue>): Promise<void> {
  loadPolish = polish;
  await i18n.use(initReactI18next).init({
    resources: { en: english },
    lng: "en",
    fallbackLng: "en",
    defaultNS: "common",
    ns: Object.keys(english),
    interpolation: { escapeValue: false }, // React escapes
    returnNull: false,
    // An agent may leave out a value that a sentence asks for; a template in braces is no text.
    missingInterpolationHandler: () => "?",
  });
  await setLanguage(initialLanguage());
}

export default i18n;
