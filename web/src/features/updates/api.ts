import { defineList } from "@/api/defineList.ts";
import { DEVICE_FILTERS } from "@/domain/devices/deviceFilters.ts";

const {
  online,
  seen,
  os,
  pending,
  class: updateClass,
  severity,
  age,
  kb,
  update,
  restart,
  scan,
  completeness,
} = DEVICE_FILTERS;

/** Trouble first: devices with the most pending security updates lead the list. */
export const updatesList = defineList("/api/v1/updates/devices", {
  id: "updates",
  key: ["updates", "devices"],
  sorts: [
    "hostname",
    "tenant",
    "site",
    "os",
    "agent_version",
    "pending_updates",
    "restart_required",
    "last_scan_at",
    "scan_completeness",
  ],
  sort: "pending_updates",
  order: "desc",
  filters: { class: updateClass, pending, restart, online, os, severity, age, kb, update, seen, scan, completeness },
  isSearchable: true,
  scope: "site",
  always: { status: "active" },
});

/** The same updates, each once: how many devices miss it. */
export const catalogList = defineList("/api/v1/updates", {
  id: "catalog",
  key: ["updates", "catalog"],
  sorts: ["devices", "class", "name", "released_at"],
  sort: "devices",
  order: "desc",
  filters: {
    class: { type: "many", param: "update_class", values: updateClass.values },
    severity,
    age,
  },
  isSearchable: true,
  scope: "site",
});
