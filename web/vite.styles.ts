import postcss from "postcss";
import type { Plugin } from "vite";

/** The names that CSS modules of Mantine have: what its JavaScript never says, no element can carry. */
const MANTINE_CLASS = /\.(m_[0-9a-f]{6,})/g;

/** Leaves out the rules whose every selector is about a component of Mantine that this app does not use. */
export function shakeStyles(css: string, isUsed: (name: string) => boolean): string {
  const sheet = postcss.parse(css);
  sheet.walkRules((rule) => {
    const kept = rule.selectors.filter((selector) =>
      [...selector.matchAll(MANTINE_CLASS)].every(([, name]) => name === undefined || isUsed(name)),
    );
    if (kept.length === 0) rule.remove();
    else if (kept.length < rule.selectors.length) rule.selectors = kept;
  });
  sheet.walkAtRules((rule) => {
    if (rule.nodes?.length === 0) rule.remove();
  });
  return sheet.toString();
}

/** Mantine's stylesheet holds all of its components; most of them are not in this app. */
export function mantineStyles(): Plugin {
  return {
    name: "bosman-mantine-styles",
    apply: "build",
    enforce: "post",
    generateBundle(_, bundle) {
      const files = Object.values(bundle);
      const names = new Set(
        files.flatMap((file) => (file.type === "chunk" ? (file.code.match(/\bm_[0-9a-f]{6,}\b/g) ?? []) : [])),
      );
      for (const file of files) {
        if (file.type !== "asset" || !file.fileName.endsWith(".css")) continue;
        const css = typeof file.source === "string" ? file.source : new TextDecoder().decode(file.source);
        file.source = shakeStyles(css, (name) => names.has(name));
      }
    },
  };
}
