import { describe, expect, it, vi } from "vitest";
import { LogStore, MOST_CHARACTERS, type LogChunk } from "./LogStore.ts";

const chunk = (seq: number, text: string, stream: LogChunk["stream"] = "stdout"): LogChunk => ({
  seq,
  stream,
  at: "2026-11-22T12:00:00Z",
  text,
});

/** A log of pieces, numbered as they come. */
function logOf(...chunks: LogChunk[]): LogStore {
  const log = new LogStore();
  chunks.forEach((piece) => {
    log.append([piece]);
  });
  return log;
}

const texts = (...chunks: LogChunk[]): string[] => logOf(...chunks).lines.map((line) => line.text);

describe("lines of a log", () => {
  it("joins a line that two chunks share", () => {
    expect(texts(chunk(0, "Setting up op"), chunk(1, "enssl\nDone\n"))).toEqual(["Setting up openssl", "Done"]);
  });

  it("keeps streams apart when their chunks interleave", () => {
    const { lines } = logOf(chunk(0, "half"), chunk(1, "warning\n", "stderr"), chunk(2, " done\n"));
    expect(lines.map((line) => [line.stream, line.text])).toEqual([
      ["stdout", "half done"],
      ["stderr", "warning"],
    ]);
  });

  it("keeps empty lines but makes none of a final line break", () => {
    expect(texts(chunk(0, "a\n\nb\n"))).toEqual(["a", "", "b"]);
  });

  it("shows what a redrawn progress line said last", () => {
    expect(texts(chunk(0, "10 %\r50 %\r100 %\n"), chunk(1, "dos\r\n"))).toEqual(["100 %", "dos"]);
  });

  it("drops escape sequences, whatever a hostile program hides in them", () => {
    expect(texts(chunk(0, "\u001b[31mred\u001b[0m \u001b]0;title\u0007end\n"))).toEqual(["red end"]);
  });

  it("leaves markup as the text that it is", () => {
    expect(texts(chunk(0, "<img src=x onerror=alert(1)>\n"))).toEqual(["<img src=x onerror=alert(1)>"]);
  });
});

describe("a growing log", () => {
  it("leaves out what a replay repeats", () => {
    const log = logOf(chunk(0, "a\n"), chunk(1, "b\n"));
    log.append([chunk(0, "a\n"), chunk(1, "b\n"), chunk(2, "c\n")]);
    expect(log.lines.map((line) => line.text)).toEqual(["a", "b", "c"]);
    expect(log.lastSeq).toBe(2);
  });

  it("keeps the lines that it has, and writes on only in the one that is open", () => {
    const log = logOf(chunk(0, "first\nsec"));
    const [first, second] = log.lines;
    log.append([chunk(1, "ond\nthird\n")]);
    expect(log.lines[0]).toBe(first);
    expect(log.lines[1]).toBe(second);
    expect(log.lines.map((line) => [line.number, line.text, line.isOpen])).toEqual([
      [1, "first", false],
      [2, "second", false],
      [3, "third", false],
    ]);
  });

  it("overwrites a line whose carriage return came at the end of a piece", () => {
    expect(texts(chunk(0, "10 %\r"), chunk(1, "20 %\r"), chunk(2, "done\n"))).toEqual(["done"]);
  });

  it("draws an endless line as several rows with one number, and copies it as one line", () => {
    const long = "x".repeat(2 * MOST_CHARACTERS + 5);
    const log = logOf(chunk(0, "before\n"), chunk(1, long), chunk(2, "y\nafter\n"));
    expect(log.lines.map((line) => [line.number, line.text.length, line.continues])).toEqual([
      [1, 6, false],
      [2, MOST_CHARACTERS, false],
      [2, MOST_CHARACTERS, true],
      [2, 6, true],
      [3, 5, false],
    ]);
    expect(log.text()).toBe(`before\n${long}y\nafter`);
  });

  it("works off a flood in slices, and tells once it is all there", async () => {
    // Every look at the clock finds it a little later: a slice holds no more than a few pieces.
    let now = 0;
    vi.spyOn(performance, "now").mockImplementation(() => (now += 3));
    const log = new LogStore();
    const told: number[] = [];
    log.subscribe(() => {
      told.push(log.lines.length);
    });
    log.append(Array.from({ length: 10 }, (_, seq) => chunk(seq, "a line of the flood\n")));
    expect(log.lines.length).toBeLessThan(10);
    await vi.waitFor(() => {
      expect(told.at(-1)).toBe(10);
    });
    vi.restoreAllMocks();
  });
});
