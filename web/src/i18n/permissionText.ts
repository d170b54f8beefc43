import { useTranslation } from "react-i18next";
import type { Permission } from "@/api/types.ts";

type PermissionKey = Permission extends infer P ? (P extends `${infer R}:${infer A}` ? `${R}_${A}` : never) : never;

/** What a permission allows, in words. */
export function usePermissionText(): (permission: Permission) => string {
  const { t } = useTranslation("common");
  return (permission) => t(`permission.${permission.replace(":", "_") as PermissionKey}`);
}
