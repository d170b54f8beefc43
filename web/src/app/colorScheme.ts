import type { MantineColorScheme, MantineColorSchemeManager } from "@mantine/core";

const STORAGE_KEY = "bosman.theme";

function read(fallback: MantineColorScheme): MantineColorScheme {
  try {
    const value = localStorage.getItem(STORAGE_KEY);
    return value === "light" || value === "dark" || value === "auto" ? value : fallback;
  } catch {
    return fallback;
  }
}

/** Keeps the theme where public/theme.js finds it before the first paint. */
export const colorSchemeManager: MantineColorSchemeManager = {
  get: read,
  set: (value) => {
    try {
      localStorage.setItem(STORAGE_KEY, value);
    } catch {
      // Storage may be closed to us; the profile still remembers.
    }
  },
  subscribe: () => undefined,
  unsubscribe: () => undefined,
  clear: () => {
    localStorage.removeItem(STORAGE_KEY);
  },
};
