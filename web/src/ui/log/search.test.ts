import { describe, expect, it } from "vitest";
import { LogStore } from "./LogStore.ts";
import { LogSearch, splitHits } from "./search.ts";

function logOf(text: string): LogStore {
  const log = new LogStore();
  log.append([{ seq: 0, stream: "stdout", at: "2026-11-22T12:00:00Z", text }]);
  return log;
}

function addTo(log: LogStore, text: string): void {
  log.append([{ seq: log.lastSeq + 1, stream: "stdout", at: "2026-11-22T12:00:01Z", text }]);
}

/** Looks until everything has been looked at. */
function finish(search: LogSearch): number[] {
  while (!search.step());
  return search.hits;
}

describe("searching a log", () => {
  it("finds rows whatever their case", () => {
    expect(finish(new LogSearch(logOf("Error\nfine\nan ERROR\n"), "error"))).toEqual([0, 2]);
  });

  it("finds nothing for nothing", () => {
    expect(finish(new LogSearch(logOf("a\n"), ""))).toEqual([]);
  });

  it("goes on with what came since, and finds each row once", () => {
    const log = logOf("error 1\nfine\n");
    const search = new LogSearch(log, "error");
    finish(search);
    addTo(log, "error 2\n");
    expect(finish(search)).toEqual([0, 2]);
    expect(finish(search)).toEqual([0, 2]);
  });

  it("looks again at a line that was still being written", () => {
    const log = logOf("an err");
    const search = new LogSearch(log, "error");
    expect(finish(search)).toEqual([]);
    addTo(log, "or\nfine\n");
    expect(finish(search)).toEqual([0]);
  });

  it("forgets a line that was drawn anew without the text", () => {
    const log = logOf("fine\nerror\r");
    const search = new LogSearch(log, "error");
    expect(finish(search)).toEqual([1]);
    addTo(log, "all well\nerror\n");
    expect(finish(search)).toEqual([2]);
  });
});

describe("the hits within a row", () => {
  it("are every second piece, and none for an empty query", () => {
    expect(splitHits("abcABC", "b")).toEqual(["a", "b", "cA", "B", "C"]);
    expect(splitHits("abc", "")).toEqual(["abc"]);
  });
});
