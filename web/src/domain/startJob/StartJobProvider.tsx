import { Link, useNavigate } from "@tanstack/react-router";
import { useCallback, useMemo, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { TaskKind } from "@/api/types.ts";
import { useErrorText } from "@/i18n/errorText.ts";
import { ConfirmDialog } from "@/ui/ConfirmDialog.tsx";
import { toastDone, toastFailed } from "@/ui/toast.tsx";
import { KINDS } from "../kinds/index.ts";
import { confirmationCount, useTypedAbove } from "../safety.ts";
import { useCreateJob, type Started } from "./api.ts";
import { StartJobContext, type JobRequest } from "./context.ts";

type Params = JobRequest["params"];

function needsConsent(request: JobRequest): boolean {
  return request.confirm ?? (request.count > 1 || KINDS[request.kind].start.asks === true);
}

function StartedNote({ started, kind, host }: { started: Started; kind: TaskKind; host: string }) {
  const { t } = useTranslation(["startJob", "kinds"]);
  return (
    <>
      {t("startJob:started", { kind: t(`kinds:${kind}.name`), host })}{" "}
      {started.taskId === null ? (
        <Link to="/jobs/$jobId" params={{ jobId: started.job.id }}>
          {t("startJob:openJob")}
        </Link>
      ) : (
        <Link to="/tasks/$taskId" params={{ taskId: started.taskId }}>
          {t("startJob:openTask")}
        </Link>
      )}
    </>
  );
}

interface QuestionProps {
  asked: JobRequest | null;
  busy: boolean;
  onConfirm: (request: JobRequest) => void;
  onClose: () => void;
}

/** What is about to happen and to how many; some kinds let the reader say more here. */
function Question({ asked, busy, onConfirm, onClose }: QuestionProps) {
  const { t } = useTranslation(["kinds"]);
  // What was chosen for a kind stays chosen for its next job.
  const [chosen, choose] = useState<Partial<Record<TaskKind, Params>>>({});
  const above = useTypedAbove(asked?.kind);
  const typedAbove = asked?.total === undefined ? above : 0;
  const kind = asked === null ? undefined : KINDS[asked.kind];
  const Options = kind?.start.Options;
  const params = asked === null ? {} : Options ? (chosen[asked.kind] ?? kind.start.params ?? {}) : asked.params;
  return (
    <ConfirmDialog
      opened={asked !== null}
      title={asked ? t(`kinds:${asked.kind}.name`) : ""}
      confirmLabel={asked ? t(`kinds:${asked.kind}.go`, { count: asked.count }) : ""}
      danger={kind?.start.isDanger === true}
      busy={busy}
      hosts={asked?.hosts ?? []}
      count={asked?.count ?? 0}
      total={asked?.total}
      {...(typedAbove === undefined ? {} : { typedAbove })}
      onClose={onClose}
      onConfirm={(typed) => {
        if (asked) onConfirm({ ...asked, params, ...(typed === undefined ? {} : { typed }) });
      }}
    >
      <p>{asked ? t(`kinds:${asked.kind}.confirm`, { count: asked.count }) : ""}</p>
      {asked && Options ? (
        <Options
          params={params}
          onChange={(next) => {
            choose({ ...chosen, [asked.kind]: next });
          }}
        />
      ) : null}
    </ConfirmDialog>
  );
}

/** Starts jobs for the pages below it: asks first where it must, then says where to watch. */
export function StartJobProvider({ children }: { children: ReactNode }) {
  const navigate = useNavigate();
  const errors = useErrorText();
  const { mutate, isPending } = useCreateJob();
  const [asked, ask] = useState<JobRequest | null>(null);

  const send = useCallback(
    (request: JobRequest) => {
      const { kind, params, target, typed, timeoutSeconds } = request;
      const confirmed = typed === undefined ? {} : { confirmed_count: typed };
      const limit = timeoutSeconds === undefined ? {} : { timeout_seconds: timeoutSeconds };
      mutate(
        { kind, params, target, ...confirmed, ...limit },
        {
          onSuccess: (started) => {
            ask(null);
            if (started.job.task_count > 1) void navigate({ to: "/jobs/$jobId", params: { jobId: started.job.id } });
            else toastDone(<StartedNote started={started} kind={kind} host={request.hosts[0] ?? ""} />);
          },
          onError: (error) => {
            const total = confirmationCount(error);
            ask(total === null ? null : { ...request, total });
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
      else send(request);
    },
    [send],
  );

  const value = useMemo(() => ({ start, busy: isPending }), [start, isPending]);
  return (
    <StartJobContext value={value}>
      {children}
      <Question
        asked={asked}
        busy={isPending}
        onConfirm={send}
        onClose={() => {
          ask(null);
        }}
      />
    </StartJobContext>
  );
}
