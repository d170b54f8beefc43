import { createContext, use } from "react";
import type { DeviceRow } from "@/api/types.ts";
import type { BulkAction } from "@/ui/DataGrid/index.ts";
import type { Target } from "../startJob/target.ts";

/** What actions need to know of a device. */
export type ActionDevice = Pick<
  DeviceRow,
  "id" | "hostname" | "tenant_id" | "os_family" | "status" | "pending_updates"
>;

/** Whom an action is for. */
export interface ActionTarget extends Target {
  /** Those of them that are known by more than their number. */
  devices: ActionDevice[];
  /** Whether they are all of them. */
  isWhole: boolean;
  /** The customer whose rights count; absent = of several. */
  tenant?: string | undefined;
  /** After the action has begun. */
  onDone?: () => void;
  /** After the only device is gone. */
  onRemoved?: () => void;
}

export interface DeviceActions {
  move: (target: ActionTarget) => void;
  revoke: (target: ActionTarget) => void;
  remove: (target: ActionTarget) => void;
}

const NOTHING = (): void => undefined;
export const DeviceActionsContext = createContext<DeviceActions>({ move: NOTHING, revoke: NOTHING, remove: NOTHING });

/** The dialogs of what is done to devices without a task. */
export function useDeviceDialogs(): DeviceActions {
  return use(DeviceActionsContext);
}

export type ActionsOf = (target: ActionTarget) => BulkAction[];
