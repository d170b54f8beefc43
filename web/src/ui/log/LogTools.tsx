import { ActionIcon, Button, Checkbox, TextInput, Tooltip } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { IconCheck, IconChevronDown, IconChevronUp, IconCopy, IconDownload, IconSearch } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useFormat } from "../format.ts";
import classes from "./log.module.css";
import type { LogStore } from "./LogStore.ts";
import type { LogFinder } from "./search.ts";

function SearchField({ finder }: { finder: LogFinder }) {
  const { t } = useTranslation("common");
  const format = useFormat();
  const { query, count, position } = finder;
  const total = format.number(count);
  return (
    <>
      <TextInput
        size="xs"
        type="search"
        className={classes.search}
        aria-label={t("log.search")}
        placeholder={t("log.search")}
        leftSection={<IconSearch size={15} />}
        value={query}
        onChange={(event) => {
          finder.type(event.currentTarget.value);
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter") finder.step(event.shiftKey ? -1 : 1);
        }}
      />
      {query === "" ? null : (
        <>
          <span className="dim tabular" role="status">
            {count === 0 ? t("log.noHits") : t("log.hits", { position: format.number(position + 1), total })}
          </span>
          <ActionIcon
            aria-label={t("log.previous")}
            onClick={() => {
              finder.step(-1);
            }}
          >
            <IconChevronUp size={16} />
          </ActionIcon>
          <ActionIcon
            aria-label={t("log.next")}
            onClick={() => {
              finder.step(1);
            }}
          >
            <IconChevronDown size={16} />
          </ActionIcon>
        </>
      )}
    </>
  );
}

/** The text of megabytes is joined when somebody wants it, not before. */
function CopyAll({ log }: { log: LogStore }) {
  const { t } = useTranslation("common");
  const clipboard = useClipboard();
  return (
    <Tooltip label={clipboard.copied ? t("copied") : t("copy")}>
      <ActionIcon
        aria-label={t("copy")}
        onClick={() => {
          clipboard.copy(log.text());
        }}
      >
        {clipboard.copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
      </ActionIcon>
    </Tooltip>
  );
}

interface Switch {
  isOn: boolean;
  set: (isOn: boolean) => void;
}

interface LogToolsProps {
  log: LogStore;
  finder: LogFinder;
  /** Absent = nothing more comes. */
  follow: Switch | undefined;
  times: Switch;
  downloadHref: string;
}

/** What can be done with a log, above it. */
export function LogTools({ log, finder, follow, times, downloadHref }: LogToolsProps) {
  const { t } = useTranslation("common");
  return (
    <div className={classes.tools}>
      <SearchField finder={finder} />
      <span className={classes.spacer} />
      {follow === undefined ? null : (
        <Checkbox
          label={t("log.follow")}
          checked={follow.isOn}
          onChange={(event) => {
            follow.set(event.currentTarget.checked);
          }}
        />
      )}
      <Checkbox
        label={t("log.times")}
        checked={times.isOn}
        onChange={(event) => {
          times.set(event.currentTarget.checked);
        }}
      />
      <CopyAll log={log} />
      <Button component="a" href={downloadHref} download variant="default" leftSection={<IconDownload size={15} />}>
        {t("log.download")}
      </Button>
    </div>
  );
}
