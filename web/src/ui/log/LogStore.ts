/** A piece of a program's output; it may end within a line. */
export interface LogChunk {
  /** Pieces are numbered in order; what a replay repeats is known by it. */
  seq: number;
  stream: "stdout" | "stderr" | "system";
  at: string;
  text: string;
}

/** One row of the view. It changes only while its line is still being written. */
export interface LogLine {
  /** Number of the line from 1, as in an editor. */
  number: number;
  stream: LogChunk["stream"];
  at: string;
  text: string;
  /** The row goes on with the line of the row before it, which was too long to be drawn as one. */
  continues: boolean;
  /** Still being written. */
  isOpen: boolean;
}

/** Longer lines are drawn as several rows: nobody's browser lays out a megabyte of text between two frames. */
export const MOST_CHARACTERS = 4096;

/** How long lines may be made at a stretch, and how often the view hears of them: frames come in between. */
const SLICE_MS = 8;
const NOTIFY_MS = 100;

// Escape sequences would be drawn as boxes.
const ANSI = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;

/** Programs redraw a progress line by a carriage return: what was drawn last is what counts. */
function lastDrawn(text: string): string {
  const drawn = text.endsWith("\r") ? text.slice(0, -1) : text;
  return drawn.slice(drawn.lastIndexOf("\r") + 1);
}

interface Open {
  line: LogLine;
  /** The cursor stands at the beginning of the line: what comes next overwrites it. */
  isReturned: boolean;
}

/**
 * The lines of an output that grows. What is there is never made again: a piece costs what it holds itself, however
 * long the output is. A flood of pieces is worked off in slices, so that the page goes on answering.
 */
export class LogStore {
  readonly #lines: LogLine[] = [];
  readonly #open = new Map<LogChunk["stream"], Open>();
  readonly #listeners = new Set<() => void>();
  #waiting: LogChunk[] = [];
  #next = 0;
  #numbered = 0;
  #lastSeq = -1;
  #version = 0;
  #notifiedAt = -Infinity;
  #slice: ReturnType<typeof setTimeout> | undefined;
  #notice: ReturnType<typeof setTimeout> | undefined;

  /** The rows so far. The list grows in place; {@link version} tells whether it has. */
  get lines(): readonly LogLine[] {
    return this.#lines;
  }

  /** The number of the last piece that was taken in; -1 before the first. */
  get lastSeq(): number {
    return this.#lastSeq;
  }

  /** Changes whenever listeners are called. */
  readonly version = (): number => this.#version;

  /** Calls back, not too often, when there is more; returns what stops it. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Takes in pieces, in the order of their numbers; those that it has already are left out. */
  append(chunks: readonly LogChunk[]): void {
    for (const chunk of chunks) {
      if (chunk.seq <= this.#lastSeq) continue;
      this.#lastSeq = chunk.seq;
      this.#waiting.push(chunk);
    }
    if (this.#slice === undefined) this.#work();
  }

  /** The whole text, joined now: for whoever copies it. */
  text(): string {
    const parts: string[] = [];
    for (const { text, continues } of this.#lines) parts.push(continues || parts.length === 0 ? text : `\n${text}`);
    return parts.join("");
  }

  #work(): void {
    this.#slice = undefined;
    const until = performance.now() + SLICE_MS;
    while (this.#next < this.#waiting.length && performance.now() < until) {
      const chunk = this.#waiting[this.#next];
      this.#next += 1;
      if (chunk) this.#take(chunk);
    }
    if (this.#next < this.#waiting.length) {
      this.#slice = setTimeout(() => {
        this.#work();
      });
    } else {
      this.#waiting = [];
      this.#next = 0;
    }
    this.#notify();
  }

  #notify(): void {
    const wait = this.#notifiedAt + NOTIFY_MS - performance.now();
    if (wait > 0) {
      this.#notice ??= setTimeout(() => {
        this.#tell();
      }, wait);
    } else this.#tell();
  }

  #tell(): void {
    clearTimeout(this.#notice);
    this.#notice = undefined;
    this.#notifiedAt = performance.now();
    this.#version += 1;
    this.#listeners.forEach((listener) => {
      listener();
    });
  }

  /** Joins a piece to the lines; a piece may end within a line, which the stream's next piece goes on with. */
  #take({ stream, at, text }: LogChunk): void {
    const parts = text.replace(ANSI, "").split("\n");
    parts.forEach((part, index) => {
      const closes = index < parts.length - 1;
      let open = this.#open.get(stream);
      if (!open) {
        if (part === "" && !closes) return;
        open = { line: this.#begin(stream, at, false), isReturned: false };
      }
      this.#write(open, part);
      if (closes) {
        open.line.isOpen = false;
        this.#open.delete(stream);
      } else this.#open.set(stream, open);
    });
  }

  #begin(stream: LogChunk["stream"], at: string, continues: boolean): LogLine {
    if (!continues) this.#numbered += 1;
    const line = { number: this.#numbered, stream, at, text: "", continues, isOpen: true };
    this.#lines.push(line);
    return line;
  }

  #write(open: Open, part: string): void {
    const raw = open.isReturned ? `${open.line.text}\r${part}` : open.line.text + part;
    open.isReturned = raw.endsWith("\r");
    let drawn = lastDrawn(raw);
    while (drawn.length > MOST_CHARACTERS) {
      open.line.text = drawn.slice(0, MOST_CHARACTERS);
      open.line.isOpen = false;
      drawn = drawn.slice(MOST_CHARACTERS);
      open.line = this.#begin(open.line.stream, open.line.at, true);
    }
    open.line.text = drawn;
  }
}
