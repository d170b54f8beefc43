import { readdirSync } from "node:fs";
import hooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

const TEXT_ATTRIBUTES = "/^(aria-label|title|placeholder|label|alt|description|summary)$/";

const noLiteralText = [
  { selector: "JSXText[value=/\\p{L}{2,}/u]", message: "Texts for people live in the i18n catalogues." },
  {
    selector: `JSXAttribute[name.name=${TEXT_ATTRIBUTES}] > Literal[value=/\\p{L}{2,}/u]`,
    message: "Texts for people live in the i18n catalogues.",
  },
  {
    selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']",
    message: "Agent strings are hostile: never raw HTML.",
  },
];

/** The rooms of src, each of which knows only those before it. */
const ROOMS = ["api", "i18n", "ui", "domain", "features", "app", "routes"];

const noOtherRoom = {
  regex: `^(\\.\\./)+(${ROOMS.join("|")})/`,
  message: "Another room is imported by its full name (@/…).",
};

function restricted(files, ...patterns) {
  return { files, rules: { "no-restricted-imports": ["error", { patterns: [noOtherRoom, ...patterns] }] } };
}

function above(room) {
  const higher = ROOMS.slice(ROOMS.indexOf(room) + 1);
  return {
    regex: `^@/(${higher.join("|")})/`,
    message: `${room} knows only the rooms below it: ${ROOMS.join(" < ")}.`,
  };
}

const features = readdirSync(new URL("./src/features", import.meta.url));

/** Features meet only in routes. */
const isolation = features.map((feature) =>
  restricted(
    [`src/features/${feature}/**`],
    above("features"),
    { regex: `^@/features/(?!${feature}/)`, message: "Features never import one another." },
    { regex: `^(\\.\\./)+(${features.join("|")})/`, message: "Features never import one another." },
  ),
);

export default tseslint.config(
  { ignores: ["dist", "node_modules", "src/api/schema.gen.ts", "src/routeTree.gen.ts", "public", "*.js", "*.cjs"] },
  ...tseslint.configs.strict,
  hooks.configs.flat["recommended-latest"],
  {
    files: ["**/*.{ts,tsx}"],
    rules: {
      "max-lines": ["error", { max: 400 }],
      "no-restricted-syntax": ["error", ...noLiteralText],
      "no-console": "error",
      // Prettier leaves long texts and comments alone.
      "max-len": ["error", { code: 120, ignoreUrls: true }],
      "@typescript-eslint/consistent-type-imports": "error",
    },
  },
  { files: ["**/*.test.{ts,tsx}"], rules: { "no-restricted-syntax": "off" } }, // nobody reads a test's texts
  restricted(["src/api/**"], above("api")),
  restricted(["src/i18n/**"], above("i18n")),
  restricted(["src/ui/**"], above("ui"), {
    regex: "^@/api/(types|schema\\.gen)",
    message: "ui knows neither tasks nor devices: types of the API belong to domain.",
  }),
  restricted(["src/domain/**"], above("domain")),
  restricted(["src/app/**"], above("app")),
  ...isolation,
);
