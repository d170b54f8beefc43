import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { useFormat } from "../format.ts";
import classes from "./log.module.css";
import type { LogLine, LogStore } from "./LogStore.ts";
import { LogTools } from "./LogTools.tsx";
import { splitHits, useLogSearch } from "./search.ts";

const LINE_PX = 18;
const AT_END_PX = 24;

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
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_PX,
    overscan: 30,
  });
  const finder = useLogSearch(log, (row) => {
    setFollow(false);
    virtual.scrollToIndex(row, { align: "center" });
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
            const line = lines[item.index];
            return line ? (
              <div
                key={item.key}
                data-index={item.index}
                ref={virtual.measureElement}
                className={classes.slot}
                style={{ transform: `translateY(${String(item.start)}px)` }}
              >
                <Row
                  line={line}
                  query={finder.query}
                  times={times}
                  current={finder.query !== "" && item.index === finder.current}
                  format={format.time}
                />
              </div>
            ) : null;
          })}
        </div>
      </div>
    </div>
  );
}
