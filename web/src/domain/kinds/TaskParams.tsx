import type { Task } from "@/api/types.ts";
import { KINDS } from "./index.ts";

/** What a task was told to do, as facts. */
export function TaskParams({ kind, params }: Pick<Task, "kind" | "params">) {
  const { Params } = KINDS[kind];
  return Params === null ? null : <Params params={params} />;
}
