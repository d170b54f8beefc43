import "i18next";
import type en from "./catalogue.en.ts";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "common";
    resources: typeof en;
    strictKeyChecks: true;
  }
}
