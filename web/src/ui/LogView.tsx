import { ActionIcon, Button, Checkbox, CopyButton, TextInput, Tooltip } from "@mantine/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import { IconCheck, IconChevronDown, IconChevronUp, IconCopy, IconDownload, IconSearch } from "@tabler/icons-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "./format.ts";
import classes from "./log.module.css";
import { findLines, splitHits, toLines, type LogChunk, type LogLine } from "./logLines.ts";

const LINE_PX = 18;
const AT_END_PX = 24;

interface LogViewProps {
  chunks: LogChunk[];
  /** More may come. */
  live: boolean;
  downloadHref: string;
  label: string;
  /** Said instead of lines when there are none. */
  nothing: string;
}

function Line({
  line,
  query,
  times,
  current,
  format,
}: {
  line: LogLine;
  query: string;
  times: boolean;
  current: boolean;
  format: (iso: string) => string;
}) {
  return (
    <div className={classes.line} data-stream={line.stream} data-current={current || undefined}>
      <span className={classes.number} aria-hidden>
        {line.number}
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

function useSearch(lines: LogLine[], show: (index: number) => void) {
  const [query, setQuery] = useState("");
  const [position, setPosition] = useState(0);
  const hits = useMemo(() => findLines(lines, query), [lines, query]);
  const step = (by: 1 | -1): void => {
    if (hits.length === 0) return;
    const next = (position + by + hits.length) % hits.length;
    setPosition(next);
    show(hits[next] ?? 0);
  };
  const type = (text: string): void => {
    setQuery(text);
    setPosition(0);
    const first = findLines(lines, text)[0];
    if (first !== undefined) show(first);
  };
  return { query, type, step, hits, position: Math.min(position, Math.max(0, hits.length - 1)) };
}

/** Output of a program: any length, searchable, following its end while more comes. */
export function LogView({ chunks, live, downloadHref, label, nothing }: LogViewProps) {
  const { t } = useTranslation("common");
  const format = useFormat();
  const scroller = useRef<HTMLDivElement>(null);
  const [follow, setFollow] = useState(true);
  const [times, setTimes] = useState(false);
  const lines = useMemo(() => toLines(chunks), [chunks]);
  // eslint-disable-next-line react-hooks/incompatible-library -- the virtualiser is read anew on each render
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_PX,
    overscan: 30,
  });
  const search = useSearch(lines, (index) => {
    setFollow(false);
    virtual.scrollToIndex(index, { align: "center" });
  });
  const current = search.hits[search.position];

  useEffect(() => {
    const box = scroller.current;
    if (follow && live && box) box.scrollTop = box.scrollHeight;
  }, [follow, live, lines.length]);

  // Scrolling away from the end stops following; coming back to it resumes.
  const onScroll = (): void => {
    const box = scroller.current;
    if (box && live) setFollow(box.scrollHeight - box.scrollTop - box.clientHeight < AT_END_PX);
  };

  return (
    <div className={classes.log}>
      <div className={classes.tools}>
        <TextInput
          size="xs"
          type="search"
          className={classes.search}
          aria-label={t("log.search")}
          placeholder={t("log.search")}
          leftSection={<IconSearch size={15} />}
          value={search.query}
          onChange={(event) => {
            search.type(event.currentTarget.value);
          }}
          onKeyDown={(event) => {
            if (event.key === "Enter") search.step(event.shiftKey ? -1 : 1);
          }}
        />
        {search.query === "" ? null : (
          <>
            <span className="dim tabular" role="status">
              {search.hits.length === 0
                ? t("log.noHits")
                : t("log.hits", {
                    position: format.number(search.position + 1),
                    total: format.number(search.hits.length),
                  })}
            </span>
            <ActionIcon
              aria-label={t("log.previous")}
              onClick={() => {
                search.step(-1);
              }}
            >
              <IconChevronUp size={16} />
            </ActionIcon>
            <ActionIcon
              aria-label={t("log.next")}
              onClick={() => {
                search.step(1);
              }}
            >
              <IconChevronDown size={16} />
            </ActionIcon>
          </>
        )}
        <span className={classes.spacer} />
        {live ? (
          <Checkbox
            label={t("log.follow")}
            checked={follow}
            onChange={(event) => {
              setFollow(event.currentTarget.checked);
            }}
          />
        ) : null}
        <Checkbox
          label={t("log.times")}
          checked={times}
          onChange={(event) => {
            setTimes(event.currentTarget.checked);
          }}
        />
        <CopyButton value={lines.map((line) => line.text).join("\n")}>
          {({ copied, copy }) => (
            <Tooltip label={copied ? t("copied") : t("copy")}>
              <ActionIcon aria-label={t("copy")} onClick={copy}>
                {copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
              </ActionIcon>
            </Tooltip>
          )}
        </CopyButton>
        <Button component="a" href={downloadHref} download variant="default" leftSection={<IconDownload size={15} />}>
          {t("log.download")}
        </Button>
      </div>
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
                <Line
                  line={line}
                  query={search.query}
                  times={times}
                  current={item.index === current}
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
