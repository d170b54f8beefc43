import { defineList } from "./defineList.ts";

// Nothing runs here: each of these must not compile, or the type check fails.

const rest = {
  id: "x",
  key: ["devices", "list"],
  sorts: ["hostname"],
  sort: "hostname",
  order: "asc",
  isSearchable: true,
} as const;

export const impossible = [
  () =>
    defineList("/api/v1/devices", {
      ...rest,
      // @ts-expect-error -- a parameter that the operation does not have
      filters: { made_up: { type: "one", param: "made_up", values: ["a"] } },
      scope: "site",
    }),
  () =>
    defineList("/api/v1/devices", {
      ...rest,
      // @ts-expect-error -- a value that the parameter does not take
      filters: { os: { type: "one", param: "os_family", values: ["plan9"] } },
      scope: "site",
    }),
  () =>
    defineList("/api/v1/devices", {
      ...rest,
      // @ts-expect-error -- yes or no for a parameter that wants a word
      filters: { os: { type: "flag", param: "os_family" } },
      scope: "site",
    }),
  // @ts-expect-error -- tenants lie in no site
  () => defineList("/api/v1/tenants", { ...rest, filters: {}, scope: "site" }),
  // @ts-expect-error -- no list
  () => defineList("/api/v1/me", { ...rest, filters: {}, scope: "none" }),
  () =>
    // @ts-expect-error -- a sort that the operation does not have
    defineList("/api/v1/devices", { ...rest, sorts: ["hostname", "password"], filters: {}, scope: "none" }),
  // @ts-expect-error -- sorted at first by what it cannot be sorted by
  () => defineList("/api/v1/devices", { ...rest, sort: "os", filters: {}, scope: "none" }),
  // @ts-expect-error -- jobs cannot be searched
  () => defineList("/api/v1/jobs", { ...rest, filters: {}, scope: "none" }),
  // @ts-expect-error -- queries of no known family
  () => defineList("/api/v1/devices", { ...rest, key: ["made-up", "list"], filters: {}, scope: "none" }),
];
