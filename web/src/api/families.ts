import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";

/** The first part of a query's key: what is asked for again together. */
export type Family =
  | "api-keys"
  | "approvals"
  | "audit"
  | "devices"
  | "freeze"
  | "home"
  | "invitations"
  | "jobs"
  | "me"
  | "members"
  | "my-sessions"
  | "safety"
  | "sites"
  | "tasks"
  | "tenants"
  | "tokens"
  | "updates"
  | "views"
  | "windows";

/** Marks families of queries stale, so that what is on screen is asked for again. */
export function useRefresh(...families: Family[]): () => void {
  const client = useQueryClient();
  const joined = families.join(" ");
  return useCallback(() => {
    for (const family of joined.split(" ")) void client.invalidateQueries({ queryKey: [family] });
  }, [client, joined]);
}
