import type { Icon } from "@tabler/icons-react";
import type { ComponentType } from "react";
import type { Device, Permission, TaskKind, TaskResults } from "@/api/types.ts";
import type { Fields } from "./untrusted.ts";

export type Family = Device["os_family"];

/** Whom work is for, as far as the web knows. */
export interface Recipients {
  count: number;
  /** The systems among them; empty while nobody knows. */
  families: readonly Family[];
  /** The only one. */
  device?: Pick<Device, "id" | "hostname">;
}

export interface OptionsProps {
  params: Fields;
  onChange: (params: Record<string, unknown>) => void;
  on: Recipients;
}

/** Where on a device's page a kind is offered: beside its name, or in a group of its menu. */
export type Place = "button" | "run" | "updates" | "agent";

/** How people start work of a kind. */
export interface Start {
  permission: Permission;
  place: Place;
  /** Devices of which systems take it; absent = all. */
  systems?: readonly Family[];
  /** What the task is told where nothing else is chosen. */
  params?: Record<string, unknown>;
  /** Asks first even about one device. */
  asks?: boolean;
  /** Undoes or interrupts something: shown in red. */
  isDanger?: boolean;
  /** What is asked for before the job starts. */
  Options?: ComponentType<OptionsProps>;
  /** Fills in what depends on the devices and was not chosen. */
  complete?: (params: Fields, on: Recipients) => Record<string, unknown>;
  /** Whether all that the work needs was said. */
  isReady?: (params: Fields) => boolean;
  /** The reader may say how long it may take; so many minutes unless they do. */
  limitMinutes?: number;
  /** The key that starts it, on lists and on the page of a device. */
  shortcut?: string;
}

/**
 * Everything that the web knows of one kind of task. Its words stand in `texts/<language>/<kind>.ts`: `name`, `action`
 * (what a button says), `active` (while it runs), `confirm` and `go` of the question, and what its parts need.
 */
export interface Kind<K extends TaskKind = TaskKind> {
  icon: Icon;
  /** Can do harm on many devices at once: budgets, a freeze and the typed number are about these. */
  isGuarded: boolean;
  /** Whether failed tasks of a job may be started again by hand. */
  canRetry: boolean;
  start: Start;
  /** What a task was told, as facts; null = it is told nothing. */
  Params: ComponentType<{ params: Fields }> | null;
  /** What a task brought, as cards; null = no more than its state. The server keeps only what its kind declares. */
  Result: ComponentType<{ result: TaskResults[K] }> | null;
}
