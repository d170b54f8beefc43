import type { ComponentType } from "react";
import type { Task } from "@/api/types.ts";
import { KINDS } from "./index.ts";

/** What a finished task brought, where there is more to tell than its state. */
export function TaskResult({ task }: { task: Pick<Task, "kind" | "result"> }) {
  // The API says which result belongs to which kind, but not within one task.
  const Result = KINDS[task.kind].Result as ComponentType<{ result: NonNullable<Task["result"]> }> | null;
  return Result === null || task.result === null ? null : <Result result={task.result} />;
}
