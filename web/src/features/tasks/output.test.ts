import { act, renderHook, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { useTaskOutput } from "./output.ts";

/** The browser's event stream is the outermost boundary here; tests speak for the server. */
class FakeEventSource extends EventTarget {
  static readonly CLOSED = 2;
  static latest: FakeEventSource;
  readyState = 1;
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;
  readonly url: string;

  constructor(url: string) {
    super();
    this.url = url;
    FakeEventSource.latest = this;
  }

  chunk(seq: number, text: string): void {
    const data = JSON.stringify({ seq, stream: "stdout", at: "2026-11-22T12:00:00Z", text });
    this.dispatchEvent(new MessageEvent("chunk", { data }));
  }

  close(): void {
    this.readyState = FakeEventSource.CLOSED;
  }
}

describe("useTaskOutput of a running task", () => {
  beforeEach(() => {
    vi.stubGlobal("EventSource", FakeEventSource);
  });
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it("keeps the very first piece and drops what a replay repeats", async () => {
    const { result } = renderHook(() => useTaskOutput("t1", true));
    act(() => {
      FakeEventSource.latest.chunk(0, "a");
      FakeEventSource.latest.chunk(1, "b");
    });
    await waitFor(() => {
      expect(result.current.log.text()).toBe("ab");
    });
    act(() => {
      [0, 1, 2].forEach((seq) => {
        FakeEventSource.latest.chunk(seq, "x");
      });
    });
    await waitFor(() => {
      expect(result.current.log.text()).toBe("abx");
    });
  });

  it("is complete at the end, and closes the stream", async () => {
    const { result } = renderHook(() => useTaskOutput("t1", true));
    act(() => {
      FakeEventSource.latest.dispatchEvent(new MessageEvent("end", { data: "{}" }));
    });
    await waitFor(() => {
      expect(result.current.complete).toBe(true);
    });
    expect(FakeEventSource.latest.readyState).toBe(FakeEventSource.CLOSED);
  });

  it("shows nothing of the task before when the task changes", async () => {
    const { result, rerender } = renderHook(({ id }) => useTaskOutput(id, true), { initialProps: { id: "t1" } });
    act(() => {
      FakeEventSource.latest.chunk(0, "secret of t1");
    });
    await waitFor(() => {
      expect(result.current.log.text()).toBe("secret of t1");
    });
    rerender({ id: "t2" });
    expect(result.current.log.text()).toBe("");
    expect(FakeEventSource.latest.url).toContain("/tasks/t2/");
  });
});
