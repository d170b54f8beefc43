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

const features = readdirSync(new URL("./src/features", import.meta.url));

/** A feature may use app, api, ui and i18n; features meet only in routes. */
const isolation = features.map((feature) => ({
  files: [`src/features/${feature}/**`],
  rules: {
    "no-restricted-imports": [
      "error",
      { patterns: [{ regex: `^@/(features/(?!${feature}/)|routes/)`, message: "Features never import one another." }] },
    ],
  },
}));

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
  {
    files: ["src/{ui,api,i18n}/**"],
    rules: {
      "no-restricted-imports": [
        "error",
        { patterns: [{ regex: "^@/(features|routes)/", message: "Lower rooms do not know features." }] },
      ],
    },
  },
  ...isolation,
);
