import { createContext, use } from "react";
import type { JobCreate, TaskKind } from "@/api/types.ts";

/** A job that the reader wishes for, before it is one. */
export interface JobRequest {
  kind: TaskKind;
  params: Record<string, unknown>;
  target: JobCreate["target"];
  /** Names of the devices known here, and how many there are in all. */
  hosts: string[];
  count: number;
  /** Whether to ask first; by default what the kind says, and always about several devices. */
  confirm?: boolean;
  /** How long the task may take; by default as long as its kind may. */
  timeoutSeconds?: number;
  /** The number of devices that the reader has typed in. */
  typed?: number;
  /** The number that the server has asked for: all devices of the last minutes, whatever we think. */
  total?: number;
}

interface StartJob {
  start: (request: JobRequest) => void;
  busy: boolean;
}

export const StartJobContext = createContext<StartJob>({ start: () => undefined, busy: false });

/** Starts jobs, asking first where it must; for pages below a StartJobProvider. */
export function useStartJob(): StartJob {
  return use(StartJobContext);
}
