import { useEffect, useMemo, useState } from "react";
import { api, unwrap } from "@/api/client.ts";
import type { Chunk } from "@/api/types.ts";
import { LogStore } from "@/ui/log/LogStore.ts";

/** As much as can be read between two frames. */
const PAGE = 100;
const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 20_000;

interface Progress {
  complete: boolean;
  loading: boolean;
  failed: boolean;
}

export interface OutputState extends Progress {
  /** What the task has said so far; it grows by itself. */
  log: LogStore;
}

const START: Progress = { complete: false, loading: true, failed: false };

interface OutputPage {
  chunks: Chunk[];
  complete: boolean;
}

function isChunk(value: unknown): value is Chunk {
  return typeof value === "object" && value !== null && "seq" in value && "text" in value && "stream" in value;
}

type Tell = (patch: Partial<Progress>) => void;

async function readStored(taskId: string, log: LogStore, signal: AbortSignal, tell: Tell): Promise<void> {
  for (;;) {
    const params = { path: { task_id: taskId }, query: { after_seq: log.lastSeq, limit: PAGE } };
    const page = await unwrap<OutputPage>(api.GET("/api/v1/tasks/{task_id}/output", { params, signal }));
    log.append(page.chunks);
    const isLast = page.chunks.length < PAGE;
    tell({ loading: false, failed: false, ...(isLast ? { complete: true } : {}) });
    if (isLast) return;
  }
}

/** Follows a running task. The server replays from the start or from Last-Event-ID; the log knows what it has. */
function follow(taskId: string, log: LogStore, tell: Tell): () => void {
  let source: EventSource | null = null;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let ended = false;

  const open = (): void => {
    source = new EventSource(`/api/v1/tasks/${encodeURIComponent(taskId)}/output/stream`);
    source.onopen = () => {
      failures = 0;
      tell({ loading: false, failed: false });
    };
    source.addEventListener("chunk", (event) => {
      const chunk: unknown = JSON.parse(String(event.data));
      if (isChunk(chunk)) log.append([chunk]);
      tell({ loading: false, failed: false });
    });
    source.addEventListener("end", () => {
      ended = true;
      source?.close();
      tell({ loading: false, failed: false, complete: true });
    });
    source.onerror = () => {
      // While it is CONNECTING the browser resumes by itself; CLOSED means that it has given up.
      if (ended || source?.readyState !== EventSource.CLOSED) return;
      failures += 1;
      tell({ loading: false, failed: true });
      retry = setTimeout(
        open,
        Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures) * (0.2 + 0.8 * Math.random()),
      );
    };
  };
  open();
  return () => {
    source?.close();
    clearTimeout(retry);
  };
}

/** A task's output: all that is stored, and, while the task runs, what comes. */
export function useTaskOutput(taskId: string, running: boolean): OutputState {
  const [state, setState] = useState({ ...START, taskId });
  // Another task has another log.
  const log = useMemo(() => ({ taskId, store: new LogStore() }), [taskId]).store;
  useEffect(() => {
    const tell: Tell = (patch) => {
      setState((previous) => {
        const next = { ...(previous.taskId === taskId ? previous : START), ...patch, taskId };
        const same = (Object.keys(START) as (keyof Progress)[]).every((key) => previous[key] === next[key]);
        return same && previous.taskId === taskId ? previous : next;
      });
    };
    if (running) return follow(taskId, log, tell);
    const abort = new AbortController();
    readStored(taskId, log, abort.signal, tell).catch(() => {
      if (!abort.signal.aborted) tell({ loading: false, failed: true });
    });
    return () => {
      abort.abort();
    };
  }, [taskId, running, log]);
  const { complete, loading, failed } = state.taskId === taskId ? state : START;
  return { log, complete, loading, failed };
}
