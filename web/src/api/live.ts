import type { QueryClient } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import type { Family } from "./families.ts";
import type { Change, Topic } from "./types.ts";

/** What the server tells of, and the queries that each makes stale: a topic without an entry does not compile. */
const STALE = {
  api_key: ["api-keys"],
  approval: ["approvals", "home"],
  device: ["devices", "updates", "home"],
  // What is frozen decides what tasks say they wait for.
  freeze: ["freeze", "tasks"],
  invitation: ["invitations"],
  job: ["jobs", "home"],
  // Whoever accepts an invitation becomes a member; and it may be the reader whose rights have changed.
  member: ["members", "invitations", "me"],
  safety: ["safety"],
  site: ["sites", "tenants", "home"],
  task: ["tasks", "jobs", "updates", "home"],
  tenant: ["tenants", "me", "home"],
  token: ["tokens"],
  updates: ["updates", "devices", "home"],
  // What is open decides what tasks say they wait for.
  window: ["windows", "tasks"],
} as const satisfies Record<Topic, readonly Family[]>;

const EVERYTHING: readonly Family[] = [...new Set(Object.values(STALE).flat())];

export type ChangeListener = (change: Change) => void;

const THROTTLE_MS = 1000;
/** Home counts the whole fleet: on a large one something changes all the time. */
const OWN_THROTTLE_MS: Partial<Record<Family, number>> = { home: 5000 };
const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 30_000;
/** A blip shorter than this is not worth a note to the reader. */
const GRACE_MS = 4000;
/** The server says something every 15 s at least: whoever is silent for longer hangs. */
const SILENCE_MS = 25_000;

const listeners = new Set<ChangeListener>();
const statusListeners = new Set<() => void>();
let lost = false;
let version: string | null = null;
let outdated = false;

function notifyStatus(): void {
  statusListeners.forEach((notify) => {
    notify();
  });
}

function setLost(value: boolean): void {
  if (lost === value) return;
  lost = value;
  notifyStatus();
}

/** Remembers which web app the server hands out; another than at first means that this page is of an older one. */
function noteVersion(data: unknown): void {
  const said = textOf(data, "web_version");
  if (said === null || said === "") return;
  version ??= said;
  if (said === version || outdated) return;
  outdated = true;
  notifyStatus();
}

/** Calls back for every change until the returned function is called. */
export function onChange(listener: ChangeListener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function subscribe(notify: () => void): () => void {
  statusListeners.add(notify);
  return () => statusListeners.delete(notify);
}

/** Whether the live channel has been away for longer than a moment. */
export function useLiveLost(): boolean {
  return useSyncExternalStore(subscribe, () => lost);
}

/** Whether the server hands out another web app by now than the one that runs here. */
export function isOutdated(): boolean {
  return outdated;
}

export function useOutdated(): boolean {
  return useSyncExternalStore(subscribe, isOutdated);
}

/** Marks query families stale, each at most once in its time, so that a burst of events costs one refetch. */
export class Refresher {
  readonly #pending = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #last = new Map<string, number>();
  readonly #refresh: (family: Family) => void;

  constructor(refresh: (family: Family) => void) {
    this.#refresh = refresh;
  }

  ask(family: Family): void {
    if (this.#pending.has(family)) return;
    const since = Date.now() - (this.#last.get(family) ?? 0);
    const wait = Math.max(0, (OWN_THROTTLE_MS[family] ?? THROTTLE_MS) - since);
    this.#pending.set(
      family,
      setTimeout(() => {
        this.#pending.delete(family);
        this.#last.set(family, Date.now());
        this.#refresh(family);
      }, wait),
    );
  }

  stop(): void {
    this.#pending.forEach((timer) => {
      clearTimeout(timer);
    });
    this.#pending.clear();
  }
}

interface ActiveTask {
  id: string;
  state: string;
  progress_percent: number | null;
}

/**
 * Writes a running task's progress straight into cached lists.
 * Returns whether that was all there is to do (the state has not changed).
 */
export function applyProgress(client: QueryClient, change: Change): boolean {
  if (change.topic !== "task" || change.id == null || change.progress_percent == null) return false;
  const { id, state, progress_percent } = change;
  let current = false;
  const patch = <T extends { state: string; progress_percent: number | null }>(task: T): T => {
    if (task.state === state) current = true;
    return { ...task, progress_percent: progress_percent };
  };
  client.setQueriesData<{ items: { active_task: ActiveTask | null }[] }>(
    { queryKey: ["updates", "devices"] },
    (page) =>
      page && {
        ...page,
        items: page.items.map((row) =>
          row.active_task?.id === id ? { ...row, active_task: patch(row.active_task) } : row,
        ),
      },
  );
  client.setQueriesData<{ items: ({ id: string } & ActiveTask)[] }>(
    { queryKey: ["tasks", "list"] },
    (page) => page && { ...page, items: page.items.map((row) => (row.id === id ? patch(row) : row)) },
  );
  client.setQueriesData<ActiveTask>({ queryKey: ["tasks", "detail", id] }, (task) => task && patch(task));
  return current;
}

function parseObject(data: unknown): Readonly<Record<string, unknown>> | null {
  if (typeof data !== "string") return null;
  try {
    const value: unknown = JSON.parse(data);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function textOf(data: unknown, name: string): string | null {
  const value = parseObject(data)?.[name];
  return typeof value === "string" ? value : null;
}

/** A change that this version knows what to do about, or null. */
function parse(data: unknown): Change | null {
  const value = parseObject(data);
  const topic = value?.["topic"];
  return typeof topic === "string" && Object.hasOwn(STALE, topic) ? (value as unknown as Change) : null;
}

/** Keeps one event stream open, reconnecting with full jitter; returns the function that closes it. */
export function connectLive(client: QueryClient): () => void {
  const refresher = new Refresher((family) => void client.invalidateQueries({ queryKey: [family] }));
  let source: EventSource | null = null;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let grace: ReturnType<typeof setTimeout> | undefined;
  let silence: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;

  const ask = (families: readonly Family[]): void => {
    families.forEach((family) => {
      refresher.ask(family);
    });
  };
  const receive = (event: MessageEvent): void => {
    const change = parse(event.data);
    if (!change) return;
    listeners.forEach((listener) => {
      listener(change);
    });
    if (!applyProgress(client, change)) ask(STALE[change.topic]);
  };
  const fail = (): void => {
    source?.close();
    clearTimeout(silence);
    clearTimeout(retry);
    failures += 1;
    grace ??= setTimeout(() => {
      setLost(true);
    }, GRACE_MS);
    const limit = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (failures - 1));
    retry = setTimeout(open, limit * (0.2 + 0.8 * Math.random()));
  };
  const heard = (): void => {
    clearTimeout(silence);
    silence = setTimeout(fail, SILENCE_MS);
  };
  const open = (): void => {
    source = new EventSource("/api/v1/events");
    heard();
    for (const event of ["ready", "heartbeat", "change", "reload"]) source.addEventListener(event, heard);
    source.addEventListener("ready", (event) => {
      noteVersion(event.data);
    });
    source.addEventListener("change", receive);
    // We were too slow to be told of everything.
    source.addEventListener("reload", () => {
      ask(EVERYTHING);
    });
    source.onopen = () => {
      clearTimeout(grace);
      grace = undefined;
      // What happened while we were away is unknown, so everything on screen is asked for again.
      if (failures > 0) ask(EVERYTHING);
      failures = 0;
      setLost(false);
    };
    source.onerror = fail;
  };
  const cutOff = (): void => {
    fail();
    setLost(true);
  };
  const back = (): void => {
    clearTimeout(retry);
    source?.close();
    open();
  };
  window.addEventListener("offline", cutOff);
  window.addEventListener("online", back);
  open();
  return () => {
    window.removeEventListener("offline", cutOff);
    window.removeEventListener("online", back);
    source?.close();
    clearTimeout(retry);
    clearTimeout(grace);
    clearTimeout(silence);
    refresher.stop();
    setLost(false);
  };
}
