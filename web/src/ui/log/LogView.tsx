import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { useFormat } from "../format.ts";
import classes from "./log.module.css";
import type { LogLine, LogStore } from "./LogStore.ts";
import { LogTools } from "./LogTools.tsx";
import { splitHits, useLogSearch } from "./search.ts";

const LINE_PX = 18;
const AT_END_PX = 24;
const BLOCK = 20;

interface LogViewProps {
  log: LogStore;
  /** More may come. */
  live: boolean;
  downloadHref: string;
  label: string;
  /** Said instead of lines when there are none. */
  nothing: string;
}

interface RowProps {
  line: LogLine;
  query: string;
  times: boolean;
  current: boolean;
  format: (iso: string) => string;
}

function Row({ line, query, times, current, format }: RowProps) {
  return (
    <div className={classes.line} data-stream={line.stream} data-current={current || undefined}>
      <span className={classes.number} aria-hidden>
        {line.continues ? null : line.number}
      </span>
      {times ? (
        <time className={classes.time} dateTime={line.at}>
          {format(line.at)}
        </time>
      ) : null}
      <span className={classes.text}>
        {splitHits(line.text, query).map((piece, index) =>
          index % 2 === 1 ? <mark key={index}>{piece}</mark> : piece,
        )}
      </span>
    </div>
  );
}

interface RowsProps {
  log: LogStore;
  first: number;
  query: string;
  times: boolean;
  /** The row to point out, if it is one of these. */
  current: number | undefined;
  format: (iso: string) => string;
  /** Changes while these rows may change; others are drawn once. */
  tick: number;
}

/** Some rows in a block: a hundred thousand rows are then some thousand things to keep the height of. */
const Rows = memo(function Rows({ log, first, query, times, current, format }: RowsProps) {
  return log.lines
    .slice(first, first + BLOCK)
    .map((line, index) => (
      <Row key={index} line={line} query={query} times={times} current={first + index === current} format={format} />
    ));
});

function isSettled(log: LogStore, first: number): boolean {
  const rows = log.lines.slice(first, first + BLOCK);
  return rows.length === BLOCK && rows.every((row) => !row.isOpen);
}

/** Output of a program: any length, searchable, following its end while more comes. */
export function LogView({ log, live, downloadHref, label, nothing }: LogViewProps) {
  const format = useFormat();
  const scroller = useRef<HTMLDivElement>(null);
  const [follow, setFollow] = useState(true);
  const [times, setTimes] = useState(false);
  // Whoever watched it come sees its last lines, too: they arrive with the news that it was all.
  const [watched, setWatched] = useState(live);
  if (live && !watched) setWatched(true);
  const version = useSyncExternalStore(log.subscribe, log.version);
  const { lines } = log;
  // eslint-disable-next-line react-hooks/incompatible-library -- the virtualiser is read anew on each render
  const virtual = useVirtualizer({
    count: Math.ceil(lines.length / BLOCK),
    getScrollElement: () => scroller.current,
    estimateSize: (block) => LINE_PX * Math.min(BLOCK, lines.length - block * BLOCK),
    overscan: 2,
  });
  const finder = useLogSearch(log, (row) => {
    setFollow(false);
    virtual.scrollToIndex(Math.floor(row / BLOCK), { align: "center" });
  });

  useEffect(() => {
    const box = scroller.current;
    if (follow && watched && box) box.scrollTop = box.scrollHeight;
  }, [follow, watched, live, version]);

  // Scrolling away from the end stops following; coming back to it resumes.
  const onScroll = (): void => {
    const box = scroller.current;
    if (box && watched) setFollow(box.scrollHeight - box.scrollTop - box.clientHeight < AT_END_PX);
  };

  return (
    <div className={classes.log}>
      <LogTools
        log={log}
        finder={finder}
        follow={live ? { isOn: follow, set: setFollow } : undefined}
        times={{ isOn: times, set: setTimes }}
        downloadHref={downloadHref}
      />
      <div
        ref={scroller}
        className={classes.scroller}
        data-empty={lines.length === 0 || undefined}
        data-live={live || undefined}
        onScroll={onScroll}
        tabIndex={0}
        role="log"
        aria-live="off"
        aria-label={label}
      >
        {lines.length === 0 ? <p className={classes.nothing}>{nothing}</p> : null}
        <div style={{ height: virtual.getTotalSize() }} className={classes.canvas}>
          {virtual.getVirtualItems().map((item) => {
            const first = item.index * BLOCK;
            const hit = finder.query === "" ? undefined : finder.current;
            const isHere = hit !== undefined && hit >= first && hit < first + BLOCK;
            return (
              <div
                key={item.key}
                data-index={item.index}
                ref={virtual.measureElement}
                className={classes.slot}
                style={{ transform: `translateY(${String(item.start)}px)` }}
              >
                <Rows
                  log={log}
                  first={first}
                  query={finder.query}
                  times={times}
                  current={isHere ? hit : undefined}
                  format={format.time}
                  tick={isSettled(log, first) ? 0 : version}
                />
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}
