import { Button, Group, Popover, Stack, TextInput } from "@mantine/core";
import { IconChevronDown, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, unwrap } from "@/api/client.ts";
import type { Device } from "@/api/types.ts";
import { useFormat } from "@/ui/format.ts";
import type { AuditChoice, Who } from "../api.ts";
import classes from "../audit.module.css";
import { PersonFilter } from "./PersonFilter.tsx";

type Narrow = (patch: Partial<Record<keyof AuditChoice, string | undefined>>) => void;

const PRESETS = [
  { key: "today", days: 0 },
  { key: "week", days: 6 },
  { key: "month", days: 29 },
] as const;

/** A day of the reader's own calendar, some days ago. */
function dayAgo(days: number): string {
  const now = new Date();
  const then = new Date(now.getFullYear(), now.getMonth(), now.getDate() - days, 12);
  return then.toISOString().slice(0, 10);
}

function Period({
  since,
  until,
  onNarrow,
}: {
  since: string | undefined;
  until: string | undefined;
  onNarrow: Narrow;
}) {
  const { t } = useTranslation("audit");
  const format = useFormat();
  const [opened, setOpened] = useState(false);
  const day = (value: string | undefined): string => (value === undefined ? "" : format.date(`${value}T12:00:00`));
  const values = { since: day(since), until: day(until) };
  const label =
    since === undefined
      ? until === undefined
        ? null
        : t("filter.before", values)
      : until === undefined
        ? t("filter.after", values)
        : t("filter.between", values);
  const choose = (patch: AuditChoice): void => {
    onNarrow({ since: undefined, until: undefined, ...patch });
    setOpened(false);
  };
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-start" trapFocus>
      <Popover.Target>
        <button
          type="button"
          className={classes.chip}
          data-active={label !== null || undefined}
          aria-expanded={opened}
          aria-haspopup="dialog"
          onClick={() => {
            setOpened(!opened);
          }}
        >
          {label ?? t("filter.period")}
          <IconChevronDown size={13} aria-hidden />
        </button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t("filter.period")}>
        <Stack gap={8}>
          {PRESETS.map(({ key, days }) => (
            <Button
              key={key}
              variant="subtle"
              justify="flex-start"
              onClick={() => {
                choose({ since: dayAgo(days) });
              }}
            >
              {t(`filter.${key}`)}
            </Button>
          ))}
          <Group gap={8} grow>
            <TextInput
              type="date"
              size="xs"
              label={t("filter.since")}
              value={since ?? ""}
              max={until}
              onChange={(event) => {
                onNarrow({ since: event.currentTarget.value || undefined });
              }}
            />
            <TextInput
              type="date"
              size="xs"
              label={t("filter.until")}
              value={until ?? ""}
              min={since}
              onChange={(event) => {
                onNarrow({ until: event.currentTarget.value || undefined });
              }}
            />
          </Group>
          <Button
            variant="default"
            disabled={label === null}
            onClick={() => {
              choose({});
            }}
          >
            {t("filter.clear")}
          </Button>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

/** A filter that is on or off with one click. */
function Quick({ text, isOn, onToggle }: { text: string; isOn: boolean; onToggle: () => void }) {
  return (
    <button
      type="button"
      className={classes.chip}
      data-active={isOn || undefined}
      aria-pressed={isOn}
      onClick={onToggle}
    >
      {text}
    </button>
  );
}

function Chosen({ text, onRemove }: { text: string; onRemove: () => void }) {
  const { t } = useTranslation("audit");
  return (
    <button
      type="button"
      className={classes.chip}
      data-active
      aria-label={t("filter.remove", { name: text })}
      onClick={onRemove}
    >
      {text}
      <IconX size={13} aria-hidden />
    </button>
  );
}

function ChosenDevice({ id, onRemove }: { id: string; onRemove: () => void }) {
  const { t } = useTranslation("audit");
  const device = useQuery({
    queryKey: ["devices", "detail", id],
    queryFn: ({ signal }) =>
      unwrap<Device>(api.GET("/api/v1/devices/{device_id}", { params: { path: { device_id: id } }, signal })),
    retry: false,
  });
  return (
    <Chosen text={t("filter.device", { name: device.data?.hostname ?? t("filter.someone") })} onRemove={onRemove} />
  );
}

const KINDS: readonly Who[] = ["people", "devices", "bosman"];

interface MoreFiltersProps {
  choice: AuditChoice;
  /** Name of the person that the list is narrowed to, as its entries give it. */
  person: string | undefined;
  onNarrow: Narrow;
}

/** Who, when, person and device: filters that the grid's own chips cannot hold. */
export function MoreFilters({ choice, person, onNarrow }: MoreFiltersProps) {
  const { t } = useTranslation("audit");
  const yesterday = dayAgo(1);
  const isYesterday = choice.since === yesterday && choice.until === yesterday;
  return (
    <>
      {KINDS.map((who) => (
        <Quick
          key={who}
          text={t(`filter.who.${who}`)}
          isOn={choice.who === who}
          onToggle={() => {
            onNarrow({ who: choice.who === who ? undefined : who });
          }}
        />
      ))}
      <Quick
        text={t("filter.yesterday")}
        isOn={isYesterday}
        onToggle={() => {
          onNarrow(isYesterday ? { since: undefined, until: undefined } : { since: yesterday, until: yesterday });
        }}
      />
      <Period since={choice.since} until={choice.until} onNarrow={onNarrow} />
      {choice.actor === undefined ? (
        <PersonFilter
          onChoose={(userId) => {
            onNarrow({ actor: userId });
          }}
        />
      ) : (
        <Chosen
          text={t("filter.person", { name: person ?? t("filter.someone") })}
          onRemove={() => {
            onNarrow({ actor: undefined });
          }}
        />
      )}
      {choice.device === undefined ? null : (
        <ChosenDevice
          id={choice.device}
          onRemove={() => {
            onNarrow({ device: undefined });
          }}
        />
      )}
    </>
  );
}
