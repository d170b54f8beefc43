import { useMemo } from "react";
import { useTranslation } from "react-i18next";

const NBSP = "\u00a0";
const BINARY_UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"] as const;
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MONTH = 30 * DAY;
const YEAR = 365 * DAY;

export interface Format {
  language: string;
  number: (value: number) => string;
  /** How many there are; "10,000+" where nobody has counted further. */
  total: (value: number, isCapped: boolean) => string;
  percent: (value: number) => string;
  /** Size in binary units with at most one decimal. */
  bytes: (value: number) => string;
  date: (iso: string) => string;
  dateTime: (iso: string) => string;
  time: (iso: string) => string;
  /** "3 minutes ago"; `now` in milliseconds since the epoch. */
  relative: (iso: string, now: number) => string;
  /** Time between two moments, in seconds: its two largest units. */
  duration: (seconds: number) => string;
  list: (values: string[]) => string;
}

interface Relative {
  /** "yesterday", "now" */
  words: Intl.RelativeTimeFormat;
  /** "1 mo. ago": exact and short where "last month" would be neither. */
  numbers: Intl.RelativeTimeFormat;
}

function relative({ words, numbers }: Relative, iso: string, now: number): string {
  const seconds = Math.round((Date.parse(iso) - now) / 1000);
  const size = Math.abs(seconds);
  if (size < MINUTE) return words.format(0, "second");
  if (size < HOUR) return numbers.format(Math.trunc(seconds / MINUTE), "minute");
  if (size < DAY) return numbers.format(Math.trunc(seconds / HOUR), "hour");
  if (size < MONTH) return words.format(Math.trunc(seconds / DAY), "day");
  if (size < YEAR) return numbers.format(Math.trunc(seconds / MONTH), "month");
  return numbers.format(Math.trunc(seconds / YEAR), "year");
}

function duration(locale: string, seconds: number): string {
  const unit = (value: number, name: string): string =>
    new Intl.NumberFormat(locale, { style: "unit", unit: name, unitDisplay: "short" }).format(value);
  const whole = Math.max(0, Math.round(seconds));
  const parts: [number, string][] = [
    [Math.floor(whole / DAY), "day"],
    [Math.floor((whole % DAY) / HOUR), "hour"],
    [Math.floor((whole % HOUR) / MINUTE), "minute"],
    [whole % MINUTE, "second"],
  ];
  const first = parts.findIndex(([value]) => value > 0);
  if (first < 0) return unit(0, "second");
  return parts
    .slice(first, first + 2)
    .filter(([value]) => value > 0)
    .map(([value, name]) => unit(value, name))
    .join(" ");
}

function bytes(format: Intl.NumberFormat, value: number): string {
  let scaled = value;
  let unit = 0;
  while (scaled >= 1024 && unit < BINARY_UNITS.length - 1) {
    scaled /= 1024;
    unit += 1;
  }
  return `${format.format(scaled)}${NBSP}${BINARY_UNITS[unit] ?? ""}`;
}

/** Our English is British: days before months, and hours to 24. */
function localeOf(language: string): string {
  return language === "en" ? "en-GB" : language;
}

export function createFormat(language: string): Format {
  const locale = localeOf(language);
  const numbers = new Intl.NumberFormat(locale);
  const oneDecimal = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const percents = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 });
  const dates = new Intl.DateTimeFormat(locale, { dateStyle: "medium" });
  const dateTimes = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "long" });
  const times = new Intl.DateTimeFormat(locale, { timeStyle: "medium" });
  const rtf = {
    words: new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "short" }),
    numbers: new Intl.RelativeTimeFormat(locale, { numeric: "always", style: "short" }),
  };
  const lists = new Intl.ListFormat(locale, { type: "conjunction" });
  return {
    language,
    number: (value) => numbers.format(value),
    total: (value, isCapped) => `${numbers.format(value)}${isCapped ? "+" : ""}`,
    percent: (value) => percents.format(value / 100),
    bytes: (value) => bytes(oneDecimal, value),
    date: (iso) => dates.format(new Date(iso)),
    dateTime: (iso) => dateTimes.format(new Date(iso)),
    time: (iso) => times.format(new Date(iso)),
    relative: (iso, now) => relative(rtf, iso, now),
    duration: (seconds) => duration(locale, seconds),
    list: (values) => lists.format(values),
  };
}

/** The formatters of the language in use. */
export function useFormat(): Format {
  const { i18n } = useTranslation();
  return useMemo(() => createFormat(i18n.language), [i18n.language]);
}
