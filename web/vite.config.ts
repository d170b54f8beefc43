import { fileURLToPath } from "node:url";
import { tanstackRouter } from "@tanstack/router-plugin/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { precompress } from "./vite.compress.ts";
import { fonts } from "./vite.fonts.ts";
import { mantineStyles } from "./vite.styles.ts";
import { themeCss } from "./vite.theme.ts";

/** Every request costs a turn on a slow line: what several pages need comes in few files, the rest with its page. */
const CHUNKS = {
  groups: [
    {
      name: "react",
      test: /node_modules\/(?:react|react-dom|scheduler|i18next|react-i18next|use-sync-external-store)\//,
    },
    { name: "shared", minShareCount: 2 },
  ],
};

export default defineConfig({
  plugins: [
    tanstackRouter({ target: "react", autoCodeSplitting: true }),
    react(),
    themeCss(),
    fonts(),
    mantineStyles(),
    precompress(),
  ],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    target: "es2022",
    sourcemap: false,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
    rolldownOptions: { output: { codeSplitting: CHUNKS } },
  },
  server: {
    proxy: { "/api": { target: process.env["BOSMAN_API"] ?? "http://127.0.0.1:8080", changeOrigin: false } },
  },
});
