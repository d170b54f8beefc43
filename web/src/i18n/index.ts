import i18n from "i18next";
import { initReactI18next } from "react-i18next";
import type { Language } from "@/api/types.ts";
import en from "./locales/en/index.ts";

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

async function loadCatalogue(language: Language): Promise<void> {
  if (language === "en" || i18n.hasResourceBundle(language, "common")) return;
  const { default: catalogue } = await import("./locales/pl/index.ts");
  for (const [namespace, texts] of Object.entries(catalogue)) i18n.addResourceBundle(language, namespace, texts);
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

export async function initI18n(): Promise<void> {
  await i18n.use(initReactI18next).init({
    resources: { en },
    lng: "en",
    fallbackLng: "en",
    defaultNS: "common",
    ns: Object.keys(en),
    interpolation: { escapeValue: false }, // React escapes
    returnNull: false,
    // An agent may leave out a value that a sentence asks for; a template in braces is no text.
    missingInterpolationHandler: () => "?",
  });
  await setLanguage(initialLanguage());
}

export default i18n;
