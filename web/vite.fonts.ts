import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import subsetFont from "subset-font";
import type { Plugin } from "vite";

const MODULE = "virtual:fonts.css";
const RESOLVED = `\0${MODULE}`;
const FAMILY = "Inter Variable";
/** The lightest and the heaviest that the styles ask for. */
const WEIGHTS = { min: 400, max: 700 };
const POLISH = "ĄąĆćĘęŁłŃńÓóŚśŹźŻż";

interface Part {
  name: string;
  text: string;
  range: string;
  file: string;
  source: Buffer;
}

const BASIC_RANGE =
  "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+0304,U+0308,U+0329,U+2000-206F," +
  "U+20AC,U+2122,U+2191,U+2193,U+2212,U+2215,U+FEFF,U+FFFD";

function letters(range: string): string {
  const codes = range.split(",").flatMap((part) => {
    const [first = 0, last = first] = part
      .slice(2)
      .split("-")
      .map((code) => Number.parseInt(code, 16));
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
  return String.fromCodePoint(...codes);
}

function rangeOf(text: string): string {
  return [...text].map((letter) => `U+${letter.charCodeAt(0).toString(16).padStart(4, "0")}`).join(",");
}

async function cut(name: string, source: string, text: string, range: string): Promise<Part> {
  const path = createRequire(import.meta.url).resolve(`@fontsource-variable/inter/files/${source}`);
  const font = await subsetFont(await readFile(path), text, {
    targetFormat: "woff2",
    variationAxes: { wght: WEIGHTS },
  });
  const hash = createHash("sha256").update(font).digest("base64url").slice(0, 8);
  return { name, text, range, file: `assets/inter-${name}-${hash}.woff2`, source: font };
}

function face({ file, range }: Part): string {
  return (
    `@font-face{font-family:"${FAMILY}";font-style:normal;font-display:swap;font-weight:100 900;` +
    `src:url(/${file}) format("woff2-variations");unicode-range:${range}}`
  );
}

/**
 * The letters of English and Polish in two small files that the page asks for at once; those of other languages
 * (names from elsewhere) come from the package's own files, declared before ours, when one of them is on the screen.
 */
export function fonts(): Plugin {
  let parts: Part[] = [];
  let isBuild = false;
  return {
    name: "bosman-fonts",
    configResolved: (config) => {
      isBuild = config.command === "build";
    },
    resolveId: (id) => (id === MODULE ? RESOLVED : undefined),
    async load(id) {
      if (id !== RESOLVED) return undefined;
      if (!isBuild) return "";
      parts = await Promise.all([
        cut("latin", "inter-latin-wght-normal.woff2", letters(BASIC_RANGE), BASIC_RANGE),
        cut("polish", "inter-latin-ext-wght-normal.woff2", POLISH, rangeOf(POLISH.replace(/[Óó]/g, ""))),
      ]);
      return parts.map(face).join("\n");
    },
    generateBundle() {
      for (const { file, source } of parts) this.emitFile({ type: "asset", fileName: file, source });
    },
    transformIndexHtml: () =>
      parts.map(({ file }) => ({
        tag: "link",
        attrs: { rel: "preload", as: "font", type: "font/woff2", crossorigin: "", href: `/${file}` },
        injectTo: "head" as const,
      })),
  };
}
