import "@testing-library/jest-dom/vitest";
import { cleanup } from "@testing-library/react";
import { afterEach, beforeAll } from "vitest";
import { initI18n, setLanguage } from "@/i18n/index.ts";

beforeAll(async () => {
  await initI18n();
  await setLanguage("en");
});

afterEach(() => {
  cleanup();
  localStorage.clear();
});
