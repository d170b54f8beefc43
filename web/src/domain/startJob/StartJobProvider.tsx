import { Select, TextInput } from "@mantine/core";
import { Link, useNavigate } from "@tanstack/react-router";
import { createContext, use, useCallback, useMemo, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { JobCreate, TaskKind } from "@/api/types.ts";
import { ConfirmDialog } from "@/ui/ConfirmDialog.tsx";
import { useErrorText } from "@/i18n/errorText.ts";
import { toastDone, toastFailed } from "@/ui/toast.tsx";
import { confirmationCount, useTypedAbove } from "../safety.ts";
import { useCreateJob, type Started } from "./api.ts";

/** A job that the reader wishes for, before it is one. */
export interface JobRequest {
  kind: TaskKind;
  params: Record<string, unknown>;
  target: JobCreate["target"];
  /** Names of the devices known here, and how many there are in all. */
  hosts: string[];
  count: number;
  /** Whether to ask first; by default restarts and work on several devices do. */
  confirm?: boolean;
  /** How long the task may take; by default as long as its kind may. */
  timeoutSeconds?: number;
  /** The number of devices that the reader has typed in. */
  typed?: number;
  /** The number that the server has asked for: all devices of the last minutes, whatever we think. */
  total?: number;
}

interface StartJob {
  start: (request: JobRequest) => void;
  busy: boolean;
}

const StartJobContext = createContext<StartJob>({ start: () => undefined, busy: false });

export function useStartJob(): StartJob {
  return use(StartJobContext);
}

function needsConsent(request: JobRequest): boolean {
  return request.confirm ?? (request.count > 1 || request.kind === "system.restart");
}

const DELAYS = [0, 60, 300, 900] as const;

interface RestartOptions {
  delay: number;
  reason: string;
}

function RestartFields({ value, onChange }: { value: RestartOptions; onChange: (value: RestartOptions) => void }) {
  const { t } = useTranslation("work");
  return (
    <>
      <Select
        label={t("restart.delay")}
        allowDeselect={false}
        data={DELAYS.map((delay) => ({
          value: String(delay),
          label: delay === 0 ? t("restart.now") : t("restart.after", { count: delay / 60 }),
        }))}
        value={String(value.delay)}
        onChange={(delay) => {
          onChange({ ...value, delay: Number(delay) });
        }}
      />
      <TextInput
        label={t("restart.reason")}
        maxLength={200}
        value={value.reason}
        onChange={(event) => {
          onChange({ ...value, reason: event.currentTarget.value });
        }}
      />
    </>
  );
}

function StartedNote({ started, kind, host }: { started: Started; kind: TaskKind; host: string }) {
  const { t } = useTranslation(["work", "common"]);
  return (
    <>
      {t("work:started", { kind: t(`common:kind.${kind}`), host })}{" "}
      {started.taskId === null ? (
        <Link to="/jobs/$jobId" params={{ jobId: started.job.id }}>
          {t("work:openJob")}
        </Link>
      ) : (
        <Link to="/tasks/$taskId" params={{ taskId: started.taskId }}>
          {t("work:openTask")}
        </Link>
      )}
    </>
  );
}

/** Starts jobs for the pages below it: asks first where it must, then says where to watch. */
export function StartJobProvider({ children }: { children: ReactNode }) {
  const { t } = useTranslation(["work", "common"]);
  const navigate = useNavigate();
  const errors = useErrorText();
  const job = useCreateJob();
  const [asked, ask] = useState<JobRequest | null>(null);
  const [restart, setRestart] = useState<RestartOptions>({ delay: 60, reason: "" });
  const { mutate } = job;

  const send = useCallback(
    (request: JobRequest, params: Record<string, unknown>) => {
      const confirmed = request.typed === undefined ? {} : { confirmed_count: request.typed };
      const limit = request.timeoutSeconds === undefined ? {} : { timeout_seconds: request.timeoutSeconds };
      mutate(
        { kind: request.kind, params, target: request.target, ...confirmed, ...limit },
        {
          onSuccess: (started) => {
            ask(null);
            if (started.job.task_count > 1) void navigate({ to: "/jobs/$jobId", params: { jobId: started.job.id } });
            else toastDone(<StartedNote started={started} kind={request.kind} host={request.hosts[0] ?? ""} />);
          },
          onError: (error) => {
            const total = confirmationCount(error);
            ask(total === null ? null : { ...request, params, total });
            if (total === null) toastFailed(errors.of(error));
          },
        },
      );
    },
    [mutate, navigate, errors],
  );

  const start = useCallback(
    (request: JobRequest) => {
      if (needsConsent(request)) ask(request);
      else send(request, request.params);
    },
    [send],
  );

  const value = useMemo(() => ({ start, busy: job.isPending }), [start, job.isPending]);
  const restarting = asked?.kind === "system.restart";
  const above = useTypedAbove(asked?.kind);
  const typedAbove = asked?.total === undefined ? above : 0;
  const params = restarting ? { delay_seconds: restart.delay, reason: restart.reason.trim() } : (asked?.params ?? {});
  return (
    <StartJobContext value={value}>
      {children}
      <ConfirmDialog
        opened={asked !== null}
        title={asked ? t("work:confirm.title", { kind: t(`common:kind.${asked.kind}`) }) : ""}
        confirmLabel={asked ? t(`work:confirm.go.${asked.kind}`, { count: asked.count }) : ""}
        danger={restarting}
        busy={job.isPending}
        hosts={asked?.hosts ?? []}
        count={asked?.count ?? 0}
        total={asked?.total}
        {...(typedAbove === undefined ? {} : { typedAbove })}
        onClose={() => {
          ask(null);
        }}
        onConfirm={(typed) => {
          if (asked) send({ ...asked, ...(typed === undefined ? {} : { typed }) }, params);
        }}
      >
        <p>{asked ? t(`work:confirm.text.${asked.kind}`, { count: asked.count }) : ""}</p>
        {restarting ? <RestartFields value={restart} onChange={setRestart} /> : null}
      </ConfirmDialog>
    </StartJobContext>
  );
}
