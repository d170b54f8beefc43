import type { Role } from "@/api/types.ts";

export const ROLES = [
  "owner",
  "admin",
  "technician",
  "script_restricted",
  "client_view",
  "viewer",
] as const satisfies readonly Role[];
