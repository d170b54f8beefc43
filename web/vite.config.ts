import { fileURLToPath } from "node:url";
import { tanstackRouter } from "@tanstack/router-plugin/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { firstPageChunks } from "./vite.chunks.ts";
import { precompress } from "./vite.compress.ts";
import { fonts } from "./vite.fonts.ts";
import { mantineStyles } from "./vite.styles.ts";
import { themeCss } from "./vite.theme.ts";

const chunks = firstPageChunks();

export default defineConfig({
  plugins: [
    tanstackRouter({ target: "react", autoCodeSplitting: true }),
    react(),
    themeCss(),
    fonts(),
    mantineStyles(),
    chunks.plugin,
    precompress(),
  ],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    target: "es2022",
    sourcemap: false,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
    rolldownOptions: { output: { codeSplitting: { groups: chunks.groups } } },
  },
  server: {
    proxy: { "/api": { target: process.env["BOSMAN_API"] ?? "http://127.0.0.1:8080", changeOrigin: false } },
  },
});
