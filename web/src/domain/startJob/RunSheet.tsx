import { Alert, Button, Drawer, Skeleton, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { IconAlertTriangle, IconShieldLock } from "@tabler/icons-react";
import { Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import type { JobCreate } from "@/api/types.ts";
import { useErrorText } from "@/i18n/errorText.ts";
import { useNow } from "@/ui/clock.ts";
import { ConfirmDialog } from "@/ui/ConfirmDialog.tsx";
import { KINDS } from "../kinds/index.ts";
import type { Family, Recipients } from "../kinds/kind.ts";
import { previewQuery } from "./api.ts";
import type { JobRequest } from "./context.ts";
import classes from "./runSheet.module.css";
import { asWish, AT_ONCE, isPlan, When, type Plan } from "./When.tsx";
import { Where } from "./Where.tsx";

interface Draft {
  params: Record<string, unknown>;
  plan: Plan;
  typed: string;
}

function begun({ kind, params }: JobRequest): Draft {
  const { params: initial = {}, limitMinutes } = KINDS[kind].start;
  return { params: { ...initial, ...params }, plan: { ...AT_ONCE, limitMinutes }, typed: "" };
}

function recipients(request: JobRequest, windows: number | undefined, count: number): Recipients {
  const counted: Family[] = [
    ...(windows !== undefined && windows > 0 ? (["windows"] as const) : []),
    ...(windows !== undefined && windows < count ? (["linux"] as const) : []),
  ];
  const { families = [], device } = request;
  return { count, families: families.length > 0 ? families : counted, ...(device === undefined ? {} : { device }) };
}

interface SheetProps {
  request: JobRequest;
  busy: boolean;
  /** Why the last try did not succeed; undefined = there was none, or one's own cancel. */
  error: unknown;
  /** The number that the server has asked for since. */
  asked: number | null;
  onRun: (body: JobCreate) => void;
  onDirty: (isDirty: boolean) => void;
  onClose: () => void;
}

function Sheet({ request, busy, error, asked, onRun, onDirty, onClose }: SheetProps) {
  const { t } = useTranslation(["startJob", "kinds", "common"]);
  const errors = useErrorText();
  const now = useNow();
  const [initial] = useState(() => begun(request));
  const [draft, setDraft] = useState(initial);
  const { kind, target } = request;
  const { Options, complete, isReady, isDanger = false } = KINDS[kind].start;
  const preview = useQuery(previewQuery(kind, target, draft.params["restart"]));
  const shares = preview.data?.shares;
  const count = preview.data?.device_count ?? request.count;
  const on = recipients(
    request,
    shares?.reduce((sum, share) => sum + share.windows, 0),
    count,
  );
  const toType = asked ?? preview.data?.confirm_count ?? null;
  const isTyped = toType === null || draft.typed.trim() === String(toType);
  const isComplete = isReady?.(draft.params) !== false && isPlan(draft.plan, now);
  const change = (part: Partial<Draft>): void => {
    const next = { ...draft, ...part };
    setDraft(next);
    onDirty(JSON.stringify(next) !== JSON.stringify(initial));
  };
  const run = (): void => {
    const params = complete?.(draft.params, on) ?? draft.params;
    const wish = { kind, params, target, ...asWish(draft.plan) };
    onRun({ ...wish, ...(toType === null ? {} : { confirmed_count: toType }) });
  };

  return (
    <form
      noValidate
      className={classes.sheet}
      onSubmit={(event) => {
        event.preventDefault();
        if (isComplete && isTyped && !busy) run();
      }}
    >
      {Options ? (
        <section className={classes.part} aria-label={t("startJob:what")}>
          <h3>{t("startJob:what")}</h3>
          <Suspense fallback={<Skeleton height={160} />}>
            <Options
              params={draft.params}
              on={on}
              onChange={(params) => {
                change({ params });
              }}
            />
          </Suspense>
        </section>
      ) : null}
      <Where request={request} preview={preview.data} />
      <When
        plan={draft.plan}
        share={preview.data?.windows ?? null}
        onChange={(plan) => {
          change({ plan });
        }}
      />
      <div className={classes.foot}>
        <p>{t(`kinds:${kind}.confirm`, { count })}</p>
        {preview.isError ? (
          <Alert color="red" icon={<IconAlertTriangle size={16} />}>
            {errors.of(preview.error)}
          </Alert>
        ) : null}
        {preview.data?.step_up === true ? (
          <p className={classes.note}>
            <IconShieldLock size={15} aria-hidden />
            {t("startJob:stepUp")}
          </p>
        ) : null}
        {toType === null ? null : (
          <TextInput
            label={
              toType === count ? t("common:typeCount", { count: toType }) : t("common:typeTotal", { count: toType })
            }
            inputMode="numeric"
            autoComplete="off"
            value={draft.typed}
            onChange={(event) => {
              change({ typed: event.currentTarget.value });
            }}
          />
        )}
        {error === undefined ? null : (
          <Alert color="red" icon={<IconAlertTriangle size={16} />} role="alert">
            {errors.of(error)}
          </Alert>
        )}
        <div className={classes.buttons}>
          <Button variant="default" onClick={onClose}>
            {t("common:cancel")}
          </Button>
          <Button
            type="submit"
            color={isDanger ? "red.8" : undefined}
            loading={busy}
            disabled={!isComplete || !isTyped}
          >
            {t(`kinds:${kind}.go`, { count })}
          </Button>
        </div>
      </div>
    </form>
  );
}

type RunSheetProps = Omit<SheetProps, "request" | "onDirty"> & { request: JobRequest | null };

/** One sheet for all work: what, where, when, and what it takes to begin. Nothing that was entered is lost unasked. */
export function RunSheet({ request, onClose, ...rest }: RunSheetProps) {
  const { t } = useTranslation(["startJob", "kinds", "common"]);
  const [dirty, setDirty] = useState<JobRequest | null>(null);
  const [leaving, leave] = useState(false);
  // Of the request that is open now: another one begins clean.
  const isDirty = request !== null && dirty === request;
  const close = (): void => {
    // Not at once: the question would hear the very Escape that asks it, and be gone.
    if (isDirty)
      requestAnimationFrame(() => {
        leave(true);
      });
    else onClose();
  };
  return (
    <>
      <Drawer
        opened={request !== null}
        onClose={close}
        size={620}
        title={request ? t(`kinds:${request.kind}.name`) : ""}
        closeButtonProps={{ "aria-label": t("common:close") }}
      >
        {request ? (
          <Sheet
            {...rest}
            request={request}
            onDirty={(now) => {
              setDirty(now ? request : null);
            }}
            onClose={close}
          />
        ) : null}
      </Drawer>
      <ConfirmDialog
        opened={leaving}
        title={t("startJob:discard.title")}
        confirmLabel={t("startJob:discard.go")}
        danger
        onClose={() => {
          leave(false);
        }}
        onConfirm={() => {
          leave(false);
          onClose();
        }}
      >
        <p>{t("startJob:discard.text")}</p>
      </ConfirmDialog>
    </>
  );
}
