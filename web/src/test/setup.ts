import "@testing-library/jest-dom/vitest";
import { cleanup } from "@testing-library/react";
import { afterEach, beforeAll } from "vitest";
import { initTexts } from "@/app/i18n.ts";
import { setLanguage } from "@/i18n/index.ts";

beforeAll(async () => {
  await initTexts();
  await setLanguage("en");
});

afterEach(() => {
  cleanup();
  localStorage.clear();
});
