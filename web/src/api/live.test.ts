import { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { applyProgress, Refresher } from "./live.ts";
import type { Change } from "./types.ts";

describe("Refresher", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("asks once for a burst, and once more for what came after it", () => {
    const asked: string[] = [];
    const refresher = new Refresher((family) => asked.push(family));
    for (let event = 0; event < 50; event += 1) refresher.ask("tasks");
    vi.advanceTimersByTime(1);
    expect(asked).toEqual(["tasks"]);
    refresher.ask("tasks");
    vi.advanceTimersByTime(500);
    expect(asked).toEqual(["tasks"]);
    vi.advanceTimersByTime(600);
    expect(asked).toEqual(["tasks", "tasks"]);
  });

  it("does not let one family wait for another", () => {
    const asked: string[] = [];
    const refresher = new Refresher((family) => asked.push(family));
    refresher.ask("tasks");
    refresher.ask("devices");
    vi.advanceTimersByTime(1);
    expect(asked).toEqual(["tasks", "devices"]);
  });

  it("asks nothing after it was stopped", () => {
    const asked: string[] = [];
    const refresher = new Refresher((family) => asked.push(family));
    refresher.ask("tasks");
    refresher.stop();
    vi.advanceTimersByTime(5000);
    expect(asked).toEqual([]);
  });
});

describe("applyProgress", () => {
  const change = (patch: Partial<Change>): Change => ({
    topic: "task",
    tenant_id: "t",
    id: "1",
    state: "running",
    progress_percent: 66,
    ...patch,
  });
  const key = ["updates", "devices", {}];

  function cached(state: string): QueryClient {
    const client = new QueryClient();
    client.setQueryData(key, {
      items: [{ active_task: { id: "1", state, progress_percent: 10 } }, { active_task: null }],
    });
    return client;
  }

  it("writes progress into the row of the running task and wants no refetch", () => {
    const client = cached("running");
    expect(applyProgress(client, change({}))).toBe(true);
    expect(client.getQueryData(key)).toEqual({
      items: [{ active_task: { id: "1", state: "running", progress_percent: 66 } }, { active_task: null }],
    });
  });

  it("wants a refetch when the state has changed", () => {
    expect(applyProgress(cached("queued"), change({}))).toBe(false);
  });

  it("wants a refetch for a task that no list knows", () => {
    expect(applyProgress(cached("running"), change({ id: "2" }))).toBe(false);
  });
});
