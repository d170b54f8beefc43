/** A piece of a program's output; it may end within a line. */
export interface LogChunk {
  seq: number;
  stream: "stdout" | "stderr" | "system";
  at: string;
  text: string;
}

export interface LogLine {
  /** Number from 1, as in an editor. */
  number: number;
  stream: LogChunk["stream"];
  at: string;
  text: string;
}

// Escape sequences would be drawn as boxes.
const ANSI = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;

/** Programs redraw a progress line by a carriage return: what was drawn last is what counts. */
function lastDrawn(text: string): string {
  const drawn = text.endsWith("\r") ? text.slice(0, -1) : text;
  return drawn.slice(drawn.lastIndexOf("\r") + 1);
}

/** Joins chunks into lines; a chunk may end within a line, which the stream's next chunk goes on with. */
export function toLines(chunks: readonly LogChunk[]): LogLine[] {
  const lines: LogLine[] = [];
  const open = new Map<LogChunk["stream"], LogLine>();
  for (const chunk of chunks) {
    const parts = chunk.text.replace(ANSI, "").split("\n");
    parts.forEach((part, index) => {
      const closes = index < parts.length - 1;
      let line = open.get(chunk.stream);
      if (!line) {
        if (part === "" && !closes) return;
        line = { number: lines.length + 1, stream: chunk.stream, at: chunk.at, text: "" };
        lines.push(line);
      }
      line.text += part;
      if (closes) open.delete(chunk.stream);
      else open.set(chunk.stream, line);
    });
  }
  return lines.map((line) => ({ ...line, text: lastDrawn(line.text) }));
}

/** Where a text occurs, in lower case; the numbers are indexes of lines. */
export function findLines(lines: readonly LogLine[], query: string): number[] {
  const needle = query.toLocaleLowerCase();
  if (needle === "") return [];
  return lines.flatMap((line, index) => (line.text.toLocaleLowerCase().includes(needle) ? [index] : []));
}

/** Cuts a line into pieces, of which every second is a hit of the query. */
export function splitHits(text: string, query: string): string[] {
  const needle = query.toLocaleLowerCase();
  if (needle === "") return [text];
  const lower = text.toLocaleLowerCase();
  const pieces: string[] = [];
  let from = 0;
  for (let hit = lower.indexOf(needle); hit >= 0; hit = lower.indexOf(needle, from)) {
    pieces.push(text.slice(from, hit), text.slice(hit, hit + needle.length));
    from = hit + needle.length;
  }
  return [...pieces, text.slice(from)];
}
