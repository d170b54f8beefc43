import type { Task } from "@/api/types.ts";
import { KINDS } from "./index.ts";

/** What a finished task brought, where there is more to tell than its state. */
export function TaskResult({ task }: { task: Pick<Task, "kind" | "result"> }) {
  const { Result } = KINDS[task.kind];
  return Result === null || task.result === null ? null : <Result result={task.result} />;
}
