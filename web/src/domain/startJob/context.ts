import { createContext, use } from "react";
import type { Device, JobCreate, TaskKind } from "@/api/types.ts";
import type { Family } from "../kinds/kind.ts";

/** A job that the reader wishes for, before it is one. */
export interface JobRequest {
  kind: TaskKind;
  /** What the pages have chosen already; the sheet asks for the rest. */
  params?: Record<string, unknown>;
  target: JobCreate["target"];
  /** Names of the devices known here, and how many there are in all. */
  hosts: string[];
  count: number;
  /** The systems among them; empty = not known. */
  families?: readonly Family[];
  /** The only device. */
  device?: Pick<Device, "id" | "hostname">;
  /** Called once the job is made. */
  onStarted?: () => void;
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
