import type { Icon } from "@tabler/icons-react";
import type { ComponentType } from "react";
import type { Device, Permission, TaskKind, TaskResults } from "@/api/types.ts";
import type { Fields } from "./untrusted.ts";

export interface StartDialogProps {
  device: Device;
  opened: boolean;
  onClose: () => void;
}

export interface OptionsProps {
  params: Fields;
  onChange: (params: Record<string, unknown>) => void;
}

/** Where on a device's page a kind is offered: beside its name, or in a group of its menu. */
export type Place = "button" | "run" | "updates" | "agent";

/** How people start work of a kind. */
export interface Start {
  permission: Permission;
  place: Place;
  /** Devices of which systems take it; absent = all. */
  systems?: readonly Device["os_family"][];
  /** What the task is told where nothing else is chosen. */
  params?: Record<string, unknown>;
  /** Asks first even about one device. */
  asks?: boolean;
  /** Undoes or interrupts something: shown in red. */
  isDanger?: boolean;
  /** Asks for the parameters before the job starts. */
  Dialog?: ComponentType<StartDialogProps>;
  /** Parameters that are asked for in the confirmation itself. */
  Options?: ComponentType<OptionsProps>;
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
