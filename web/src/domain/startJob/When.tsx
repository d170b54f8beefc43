import { NumberInput, SegmentedControl, Select, Switch, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { WindowShare } from "@/api/types.ts";
import { useNow } from "@/ui/clock.ts";
import { useFormat } from "@/ui/format.ts";
import classes from "./runSheet.module.css";

const HOUR = 3600;
/** How long work is waited for, in hours; the server's own measure is a week. */
const EXPIRIES = [1, 8, 24, 72, 168, 720] as const;
const MOST_MINUTES = 1440;

export interface Plan {
  /** Local time as the field has it; empty = now. */
  at: string;
  isLater: boolean;
  expiryHours: number;
  limitMinutes: number | undefined;
  /** Why it shall not wait for maintenance windows; null = it waits. */
  outsideWindows: string | null;
}

export const AT_ONCE: Plan = {
  at: "",
  isLater: false,
  expiryHours: 168,
  limitMinutes: undefined,
  outsideWindows: null,
};

/** Whether a plan can be kept: a time that is chosen and not past, and a limit that the server takes. */
export function isPlan({ at, isLater, limitMinutes, outsideWindows }: Plan, now: number): boolean {
  const limitFits =
    limitMinutes === undefined || (Number.isInteger(limitMinutes) && limitMinutes >= 1 && limitMinutes <= MOST_MINUTES);
  return limitFits && outsideWindows?.trim() !== "" && (!isLater || (at !== "" && Date.parse(at) > now));
}

/** A plan as a job takes it. */
export function asWish({ at, isLater, expiryHours, limitMinutes, outsideWindows }: Plan) {
  return {
    ...(isLater ? { not_before: new Date(at).toISOString() } : {}),
    ...(expiryHours === AT_ONCE.expiryHours ? {} : { expires_in_seconds: expiryHours * HOUR }),
    ...(limitMinutes === undefined ? {} : { timeout_seconds: limitMinutes * 60 }),
    ...(outsideWindows === null ? {} : { outside_windows: outsideWindows.trim() }),
  };
}

/** What maintenance windows make of a wish, and the way around them for whoever may take it. */
function Windows({ share, plan, onChange }: Required<WhenProps> & { share: WindowShare }) {
  const { t } = useTranslation("startJob");
  const format = useFormat();
  const { shut, never, first_opens_at: first, last_opens_at: last } = share;
  const at = (moment: string | null): string => (moment === null ? "" : format.dateTime(moment));
  return (
    <div className={classes.windows}>
      <p>
        {shut === 0 ? t("windows.open", { count: share.bound }) : t("windows.wait", { count: shut })}{" "}
        {first === null
          ? null
          : first === last
            ? t("windows.from", { at: at(first) })
            : t("windows.between", { first: at(first), last: at(last) })}{" "}
        {never === 0 ? null : t("windows.never", { count: never })}
      </p>
      {share.may_override ? (
        <Switch
          label={t("windows.override")}
          checked={plan.outsideWindows !== null}
          onChange={(event) => {
            onChange({ ...plan, outsideWindows: event.currentTarget.checked ? "" : null });
          }}
        />
      ) : null}
      {plan.outsideWindows === null ? null : (
        <TextInput
          label={t("windows.reason")}
          maxLength={500}
          required
          value={plan.outsideWindows}
          onChange={(event) => {
            onChange({ ...plan, outsideWindows: event.currentTarget.value });
          }}
        />
      )}
    </div>
  );
}

interface WhenProps {
  plan: Plan;
  /** Null = maintenance windows say nothing about it. */
  share: WindowShare | null;
  onChange: (plan: Plan) => void;
}

/** When work begins, how long it is waited for, and how long it may take. */
export function When({ plan, share, onChange }: WhenProps) {
  const { t } = useTranslation("startJob");
  const now = useNow();
  const isPast = plan.isLater && plan.at !== "" && Date.parse(plan.at) <= now;
  return (
    <section className={classes.part} aria-label={t("when")}>
      <h3>{t("when")}</h3>
      <div className={classes.row}>
        <SegmentedControl
          aria-label={t("when")}
          data={[
            { value: "now", label: share === null || plan.outsideWindows !== null ? t("now") : t("inWindow") },
            { value: "later", label: t("at") },
          ]}
          value={plan.isLater ? "later" : "now"}
          onChange={(value) => {
            onChange({ ...plan, isLater: value === "later" });
          }}
        />
        {plan.isLater ? (
          <TextInput
            type="datetime-local"
            aria-label={t("at")}
            error={isPast ? t("past") : null}
            value={plan.at}
            onChange={(event) => {
              onChange({ ...plan, at: event.currentTarget.value });
            }}
          />
        ) : null}
      </div>
      {share === null ? null : <Windows share={share} plan={plan} onChange={onChange} />}
      <div className={classes.row}>
        <Select
          label={t("expiry")}
          allowDeselect={false}
          data={EXPIRIES.map((hours) => ({
            value: String(hours),
            label: hours < 24 ? t("hours", { count: hours }) : t("days", { count: hours / 24 }),
          }))}
          value={String(plan.expiryHours)}
          onChange={(hours) => {
            onChange({ ...plan, expiryHours: Number(hours) });
          }}
        />
        {plan.limitMinutes === undefined ? null : (
          <NumberInput
            label={t("limit")}
            min={1}
            max={MOST_MINUTES}
            allowDecimal={false}
            value={plan.limitMinutes}
            error={isPlan({ ...plan, isLater: false }, now) ? null : t("limitInvalid")}
            onChange={(minutes) => {
              onChange({ ...plan, limitMinutes: Number(minutes) });
            }}
          />
        )}
      </div>
    </section>
  );
}
