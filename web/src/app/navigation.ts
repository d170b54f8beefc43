import {
  IconBuilding,
  IconDeviceDesktop,
  IconHistory,
  IconListCheck,
  IconPlugConnected,
  IconRefreshAlert,
  IconShieldLock,
  IconUserCheck,
  IconUsers,
  type Icon,
} from "@tabler/icons-react";
import type { Permission } from "@/api/types.ts";

export interface Section {
  to: "/devices" | "/updates" | "/tasks" | "/enrollment" | "/tenants" | "/approvals" | "/safety" | "/people" | "/audit";
  key: "devices" | "updates" | "tasks" | "enrollment" | "tenants" | "approvals" | "safety" | "people" | "audit";
  icon: Icon;
  permission?: Permission;
  /** Second key of the `g …` shortcut. */
  shortcut: string;
}

export const SECTIONS: readonly Section[] = [
  { to: "/devices", key: "devices", icon: IconDeviceDesktop, permission: "device:read", shortcut: "d" },
  { to: "/updates", key: "updates", icon: IconRefreshAlert, permission: "device:read", shortcut: "u" },
  { to: "/tasks", key: "tasks", icon: IconListCheck, permission: "task:read", shortcut: "t" },
  { to: "/approvals", key: "approvals", icon: IconUserCheck, permission: "approval:read", shortcut: "a" },
  { to: "/enrollment", key: "enrollment", icon: IconPlugConnected, permission: "token:read", shortcut: "e" },
  { to: "/tenants", key: "tenants", icon: IconBuilding, permission: "tenant:read", shortcut: "s" },
  { to: "/people", key: "people", icon: IconUsers, permission: "member:read", shortcut: "p" },
  { to: "/safety", key: "safety", icon: IconShieldLock, permission: "safety:read", shortcut: "f" },
  { to: "/audit", key: "audit", icon: IconHistory, permission: "audit:read", shortcut: "l" },
];
