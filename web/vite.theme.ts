import { DEFAULT_THEME, defaultCssVariablesResolver, mergeMantineTheme } from "@mantine/core";
import type { Plugin } from "vite";
import { theme } from "./src/app/theme.ts";

const MODULE = "virtual:theme.css";
const RESOLVED = `\0${MODULE}`;

type Variables = Record<string, string>;

function block(selector: string, variables: Variables, defaults: Variables): string {
  const lines = Object.entries(variables).filter(([name, value]) => defaults[name] !== value);
  return `${selector}{${lines.map(([name, value]) => `${name}:${value};`).join("")}}`;
}

/**
 * Mantine would write the theme's variables into a <style> element at run time, which our
 * content security policy refuses; this writes the same variables into the bundled stylesheet.
 */
export function renderThemeCss(): string {
  const ours = defaultCssVariablesResolver(mergeMantineTheme(DEFAULT_THEME, theme));
  const base = defaultCssVariablesResolver(DEFAULT_THEME);
  return [
    block(":root", ours.variables, base.variables),
    block(':root[data-mantine-color-scheme="light"]', ours.light, base.light),
    block(':root[data-mantine-color-scheme="dark"]', ours.dark, base.dark),
  ].join("\n");
}

export function themeCss(): Plugin {
  return {
    name: "bosman-theme-css",
    resolveId: (id) => (id === MODULE ? RESOLVED : undefined),
    load: (id) => (id === RESOLVED ? renderThemeCss() : undefined),
  };
}
