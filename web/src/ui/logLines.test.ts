import { describe, expect, it } from "vitest";
import { findLines, splitHits, toLines, type LogChunk } from "./logLines.ts";

const chunk = (seq: number, text: string, stream: LogChunk["stream"] = "stdout"): LogChunk => ({
  seq,
  stream,
  at: "2026-11-22T12:00:00Z",
  text,
});
const texts = (...chunks: LogChunk[]): string[] => toLines(chunks).map((line) => line.text);

describe("toLines", () => {
  it("joins a line that two chunks share", () => {
    expect(texts(chunk(0, "Setting up op"), chunk(1, "enssl\nDone\n"))).toEqual(["Setting up openssl", "Done"]);
  });

  it("keeps streams apart when their chunks interleave", () => {
    const lines = toLines([chunk(0, "half"), chunk(1, "warning\n", "stderr"), chunk(2, " done\n")]);
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

describe("search", () => {
  it("finds lines whatever their case", () => {
    expect(findLines(toLines([chunk(0, "Error\nfine\nan ERROR\n")]), "error")).toEqual([0, 2]);
  });

  it("marks every hit and nothing for an empty query", () => {
    expect(splitHits("abcABC", "b")).toEqual(["a", "b", "cA", "B", "C"]);
    expect(splitHits("abc", "")).toEqual(["abc"]);
  });
});
