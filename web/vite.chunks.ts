import type { Plugin } from "vite";

interface ModuleInfo {
  importedIds: readonly string[];
}
interface Context {
  getModuleInfo: (id: string) => ModuleInfo | null;
}

interface Group {
  name: string | ((id: string, context: Context) => string | null);
  test?: RegExp;
  minShareCount?: number;
}

/** Where a day begins: what these need comes at once, and no other page's share of it. */
const FIRST = [
  "src/main.tsx",
  "src/routes/_app.tsx?tsr-split=component",
  "src/routes/_app/devices.index.tsx?tsr-split=component",
];
const REACT = /node_modules\/(?:react|react-dom|scheduler|i18next|react-i18next|use-sync-external-store)\//;
/** A module that only hands on all of its package: through it everything would seem to be needed by everybody. */
const BARREL = /\/@(?:mantine|tabler)\/[^/]+\/.*\/(?:index|tabler-icons-react)\.m?js$/;
const NAMED_IMPORT = /import\s*\{([^}]*)\}\s*from\s*["']@(?:mantine|tabler)\//g;

/** `useDisclosure` stands in `use-disclosure.mjs`, `Button` in `Button.mjs`. */
function fileName(name: string): string {
  return name.startsWith("use") ? name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`) : name;
}

function namedImports(code: string): string[] {
  return [...code.matchAll(NAMED_IMPORT)].flatMap(([, names = ""]) =>
    names.split(",").map(
      (name) =>
        name
          .replace(/^\s*type\s+/, "")
          .split(" as ")[0]
          ?.trim() ?? "",
    ),
  );
}

/** What a module needs at once of what it imports; of a package's barrel the parts that it names. */
function needed(context: Context, id: string, code: string): string[] {
  const files = new Set(namedImports(code).map(fileName));
  return (context.getModuleInfo(id)?.importedIds ?? []).flatMap((imported) => {
    if (!BARREL.test(imported)) return [imported];
    const parts = context.getModuleInfo(imported)?.importedIds ?? [];
    return parts.filter((part) => files.has(part.replace(/^.*\/([^/]+)\.m?js$/, "$1")) || part.includes("/esm/core/"));
  });
}

/**
 * Every request costs a turn on a slow line: what the first pages need comes in few files, what several others share
 * in one more, the rest with its page.
 */
export function firstPageChunks(): { plugin: Plugin; groups: Group[] } {
  const sources = new Map<string, string>();
  let start: Set<string> | null = null;
  const reachable = (context: Context): Set<string> => {
    const found = new Set<string>();
    const waiting = FIRST.map((path) => `${import.meta.dirname}/${path}`);
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      if (found.has(id)) continue;
      found.add(id);
      waiting.push(...needed(context, id, sources.get(id) ?? ""));
    }
    return found;
  };
  const isFirst = (id: string, context: Context): boolean => (start ??= reachable(context)).has(id);
  return {
    plugin: {
      name: "bosman-chunks",
      apply: "build",
      enforce: "post",
      transform(code, id) {
        if (!id.includes("node_modules")) sources.set(id, code);
      },
    },
    groups: [
      { name: "react", test: REACT },
      { name: (id: string, context: Context) => (isFirst(id, context) ? "start" : null) },
      { name: "shared", minShareCount: 2 },
    ],
  };
}
