import {
  IconActivity,
  IconBuilding,
  IconCalendarTime,
  IconDeviceDesktop,
  IconHistory,
  IconHome,
  IconRefreshAlert,
  IconSettings,
  IconUserCheck,
  IconUsers,
  type Icon,
} from "@tabler/icons-react";
import type { Permission } from "@/api/types.ts";

/** Areas of the menu, in their order; one without an entry that the reader may open is not shown. */
export const GROUPS = ["start", "fleet", "respond", "protect", "automate", "organization"] as const;

export interface Section {
  to:
    | "/"
    | "/devices"
    | "/approvals"
    | "/updates"
    | "/activity"
    | "/windows"
    | "/tenants"
    | "/people"
    | "/audit"
    | "/settings";
  key:
    "home" | "devices" | "approvals" | "updates" | "activity" | "windows" | "tenants" | "people" | "audit" | "settings";
  group: (typeof GROUPS)[number];
  icon: Icon;
  /** Any of them opens it; none = open to everybody. */
  permissions: readonly Permission[];
  /** Second key of the `g …` shortcut. */
  shortcut: string;
  /** Addresses beside its own on which it is the current one. */
  covers?: readonly string[];
}

/** Every place of the app, one line each: a new one needs its word (`section` of the texts) and nothing else here. */
export const SECTIONS: readonly Section[] = [
  { to: "/", key: "home", group: "start", icon: IconHome, permissions: [], shortcut: "h" },
  {
    to: "/devices",
    key: "devices",
    group: "fleet",
    icon: IconDeviceDesktop,
    permissions: ["device:read"],
    shortcut: "d",
  },
  {
    to: "/approvals",
    key: "approvals",
    group: "respond",
    icon: IconUserCheck,
    permissions: ["approval:read"],
    shortcut: "q",
  },
  {
    to: "/updates",
    key: "updates",
    group: "protect",
    icon: IconRefreshAlert,
    permissions: ["device:read"],
    shortcut: "u",
  },
  {
    to: "/activity",
    key: "activity",
    group: "automate",
    icon: IconActivity,
    permissions: ["task:read"],
    shortcut: "j",
    covers: ["/jobs", "/tasks"],
  },
  {
    to: "/windows",
    key: "windows",
    group: "automate",
    icon: IconCalendarTime,
    permissions: ["window:read"],
    shortcut: "w",
  },
  {
    to: "/tenants",
    key: "tenants",
    group: "organization",
    icon: IconBuilding,
    permissions: ["tenant:read"],
    shortcut: "k",
  },
  {
    to: "/people",
    key: "people",
    group: "organization",
    icon: IconUsers,
    permissions: ["member:read"],
    shortcut: "z",
  },
  {
    to: "/audit",
    key: "audit",
    group: "organization",
    icon: IconHistory,
    permissions: ["audit:read"],
    shortcut: "l",
  },
  {
    to: "/settings",
    key: "settings",
    group: "organization",
    icon: IconSettings,
    permissions: ["safety:read", "token:read"],
    shortcut: ",",
    covers: ["/safety", "/enrollment"],
  },
];

/** The section that an address belongs to: its own beginning, or that of an address it covers. */
export function sectionOf(path: string): Section | undefined {
  return SECTIONS.find(({ to, covers = [] }) =>
    to === "/" ? path === "/" : [to, ...covers].some((one) => path === one || path.startsWith(`${one}/`)),
  );
}
