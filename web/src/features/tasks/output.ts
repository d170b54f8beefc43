import { useEffect, useState } from "react";
import { api, unwrap } from "@/api/client.ts";
import type { Chunk } from "@/api/types.ts";

/** Pieces are numbered from 0. */
const BEFORE_FIRST = -1;
const PAGE = 500;
const FLUSH_MS = 120;
const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 20_000;

export interface OutputState {
  chunks: Chunk[];
  complete: boolean;
  loading: boolean;
  failed: boolean;
}

const START: OutputState = { chunks: [], complete: false, loading: true, failed: false };

interface OutputPage {
  chunks: Chunk[];
  complete: boolean;
}

function isChunk(value: unknown): value is Chunk {
  return typeof value === "object" && value !== null && "seq" in value && "text" in value && "stream" in value;
}

type Deliver = (chunks: Chunk[], patch: Partial<OutputState>) => void;

async function readStored(taskId: string, signal: AbortSignal, deliver: Deliver): Promise<void> {
  let after = BEFORE_FIRST;
  for (;;) {
    const params = { path: { task_id: taskId }, query: { after_seq: after, limit: PAGE } };
    const page = await unwrap<OutputPage>(api.GET("/api/v1/tasks/{task_id}/output", { params, signal }));
    after = page.chunks.at(-1)?.seq ?? after;
    const last = page.chunks.length < PAGE;
    deliver(page.chunks, { loading: false, failed: false, ...(last ? { complete: true } : {}) });
    if (last) return;
  }
}

/**
 * Follows a running task. The server replays from the start or from Last-Event-ID; what came before is dropped by
 * seq.
 */
function follow(taskId: string, deliver: Deliver): () => void {
  let source: EventSource | null = null;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let flush: ReturnType<typeof setTimeout> | undefined;
  let waiting: Chunk[] = [];
  let failures = 0;
  let ended = false;

  const send = (): void => {
    flush = undefined;
    deliver(waiting, { loading: false, failed: false, complete: ended });
    waiting = [];
  };
  const soon = (): void => {
    flush ??= setTimeout(send, FLUSH_MS);
  };
  const open = (): void => {
    source = new EventSource(`/api/v1/tasks/${encodeURIComponent(taskId)}/output/stream`);
    source.onopen = () => {
      failures = 0;
      soon();
    };
    source.addEventListener("chunk", (event) => {
      const chunk: unknown = JSON.parse(String(event.data));
      if (isChunk(chunk)) waiting.push(chunk);
      soon();
    });
    source.addEventListener("end", () => {
      ended = true;
      source?.close();
      soon();
    });
    source.onerror = () => {
      // While it is CONNECTING the browser resumes by itself; CLOSED means that it has given up.
      if (ended || source?.readyState !== EventSource.CLOSED) return;
      failures += 1;
      deliver([], { loading: false, failed: true });
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
    clearTimeout(flush);
  };
}

/** A task's output: all that is stored, and, while the task runs, what comes. */
export function useTaskOutput(taskId: string, running: boolean): OutputState {
  const [state, setState] = useState<OutputState & { taskId: string }>({ ...START, taskId });
  useEffect(() => {
    const deliver: Deliver = (chunks, patch) => {
      setState((previous) => {
        const base = previous.taskId === taskId ? previous : START;
        const last = base.chunks.at(-1)?.seq ?? BEFORE_FIRST;
        const fresh = chunks.filter((chunk) => chunk.seq > last);
        return { ...base, ...patch, taskId, chunks: fresh.length > 0 ? [...base.chunks, ...fresh] : base.chunks };
      });
    };
    if (running) return follow(taskId, deliver);
    const abort = new AbortController();
    readStored(taskId, abort.signal, deliver).catch(() => {
      if (!abort.signal.aborted) deliver([], { loading: false, failed: true });
    });
    return () => {
      abort.abort();
    };
  }, [taskId, running]);
  return state.taskId === taskId ? state : START;
}
