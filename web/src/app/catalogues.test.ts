import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { describe, expect, it } from "vitest";
import openapi from "../../openapi.json";
import en from "./catalogue.en.ts";
import pl from "./catalogue.pl.ts";

interface Tree {
  readonly [key: string]: string | Tree;
}

const POLISH_FORMS = ["few", "many", "one", "other"];
const ENGLISH_FORMS = ["one", "other"];
const FORM = /_(zero|one|two|few|many|other)$/;

function leaves(tree: Tree, path = ""): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]): [string, string][] =>
    typeof value === "string" ? [[`${path}${key}`, value]] : leaves(value, `${path}${key}.`),
  );
}

function all(catalogue: Record<string, Tree>): Map<string, string> {
  return new Map(Object.entries(catalogue).flatMap(([namespace, tree]) => leaves(tree, `${namespace}:`)));
}

function stem(key: string): string {
  return key.replace(FORM, "");
}

/** Keys that count, with the forms that they have. */
function forms(keys: Iterable<string>): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const key of keys) {
    const form = FORM.exec(key)?.[1];
    if (form) found.set(stem(key), [...(found.get(stem(key)) ?? []), form].sort());
  }
  return found;
}

function variables(text: string): string[] {
  return [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] ?? "").sort();
}

/** The code of the app, without texts and tests. */
function files(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "texts" ? [] : files(path);
    return /\.tsx?$/.test(entry.name) && !/\.(test|gen|d|en|pl)\.tsx?$/.test(entry.name) ? [path] : [];
  });
}

const english = all(en as unknown as Record<string, Tree>);
const polish = all(pl as unknown as Record<string, Tree>);

describe("the Polish catalogue", () => {
  it("has exactly the texts that the English one has", () => {
    const ours = [...new Set([...polish.keys()].map(stem))].sort();
    expect(ours).toEqual([...new Set([...english.keys()].map(stem))].sort());
  });

  it("has every plural form of Polish where English counts", () => {
    expect([...new Intl.PluralRules("pl").resolvedOptions().pluralCategories].sort()).toEqual(POLISH_FORMS);
    const counted = forms(english.keys());
    expect(counted.size).toBeGreaterThan(10);
    for (const [key, found] of counted) expect([key, found]).toEqual([key, ENGLISH_FORMS]);
    for (const [key, found] of forms(polish.keys())) expect([key, found]).toEqual([key, POLISH_FORMS]);
  });

  it("asks for the same values as the English one", () => {
    for (const [key, text] of polish) {
      const original = english.get(key) ?? english.get(`${stem(key)}_other`) ?? "";
      expect([key, variables(text)]).toEqual([key, variables(original)]);
    }
  });

  it("leaves no text empty", () => {
    for (const [key, text] of [...polish, ...english]) expect([key, text.trim().length > 0]).toEqual([key, true]);
  });
});

describe("the English catalogue", () => {
  /** The server chooses these keys, so no source names them. */
  const CHOSEN_BY_SERVER = /^(errors:|devices:restartReason\.)/;

  it("has no text that nothing uses", () => {
    const code = files(join(process.cwd(), "src"))
      .map((path) => readFileSync(path, "utf8"))
      .join("\n");
    const literals = new Set([...code.matchAll(/["'`]([\w:.]+)["'`]/g)].map((match) => match[1] ?? ""));
    const patterns = [...code.matchAll(/`([\w:]+[.:](?:\$\{[^}]+\}|[\w.])+)`/g)].map(
      ([, template = ""]) => new RegExp(`^${template.replace(/\$\{[^}]+\}/g, "[\\w.]+")}$`),
    );
    const isUsed = (key: string): boolean => {
      const bare = key.slice(key.indexOf(":") + 1);
      return (
        literals.has(key) || literals.has(bare) || patterns.some((pattern) => pattern.test(key) || pattern.test(bare))
      );
    };
    const unused = [...new Set([...english.keys()].map(stem))].filter(
      (key) => !CHOSEN_BY_SERVER.test(key) && !isUsed(key),
    );
    expect(unused).toEqual([]);
  });

  it("has a sentence for every code that the server may answer", () => {
    const codes = openapi.components.schemas.Code.enum;
    expect(codes.length).toBeGreaterThan(30);
    expect(codes.filter((code) => !english.has(`errors:${code}`))).toEqual([]);
  });
});

describe("the texts of a feature", () => {
  const SRC = join(process.cwd(), "src");
  const FEATURES = readdirSync(join(SRC, "features"));

  /** What a file says by name of a namespace, and the namespaces that its hooks ask for. */
  function namespaces(code: string): string[] {
    const named = [...code.matchAll(/\bt\(\s*["`](\w+):/g)].map((match) => match[1] ?? "");
    const asked = [...code.matchAll(/useTranslation\(([^)]*)\)/g)].flatMap(
      (match) => (match[1] ?? "").match(/\w+/g) ?? [],
    );
    return [...new Set([...named, ...asked])];
  }

  it("are used by that feature alone", () => {
    const borrowed = files(SRC).flatMap((path): string[] => {
      const [room, feature] = relative(SRC, path).split(sep);
      if (room === "app" || room === "routes") return [];
      const foreign = (name: string): boolean =>
        name === "shell" || (FEATURES.includes(name) && !(room === "features" && feature === name));
      return namespaces(readFileSync(path, "utf8"))
        .filter(foreign)
        .map((name) => `${relative(SRC, path)}: ${name}`);
    });
    expect(borrowed).toEqual([]);
  });
});
