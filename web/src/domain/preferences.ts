import { useMantineColorScheme } from "@mantine/core";
import type { Language, Theme } from "@/api/types.ts";
import { setLanguage } from "@/i18n/index.ts";
import { useUpdateMe } from "./me.ts";

/** To suppress transitions Mantine would write a <style> element, which our content security policy refuses. */
export const KEEP_TRANSITIONS = { keepTransitions: true } as const;

export function toScheme(theme: Theme): "light" | "dark" | "auto" {
  return theme === "system" ? "auto" : theme;
}

/** Changes language and theme at once on screen, and in the profile for the next browser. */
export function usePreferenceActions() {
  const { setColorScheme } = useMantineColorScheme(KEEP_TRANSITIONS);
  const update = useUpdateMe();
  return {
    changeLanguage: (language: Language) => {
      void setLanguage(language);
      update.mutate({ language });
    },
    changeTheme: (theme: Theme) => {
      setColorScheme(toScheme(theme));
      update.mutate({ theme });
    },
  };
}
