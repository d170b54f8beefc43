import { Link, useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useCallback, useMemo, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/errors.ts";
import { STEP_UP_CODE } from "@/api/stepUp.ts";
import type { JobCreate, TaskKind } from "@/api/types.ts";
import { useErrorText } from "@/i18n/errorText.ts";
import { toastDone, toastFailed } from "@/ui/toast.tsx";
import { DeviceActionsProvider } from "../deviceActions/DeviceActionsProvider.tsx";
import { KINDS } from "../kinds/index.ts";
import { confirmationCount } from "../safety.ts";
import { useCreateJob, type Started } from "./api.ts";
import { StartJobContext, type JobRequest } from "./context.ts";

/** Comes with the first work that asks: no page shows it at once. */
const RunSheet = lazy(async () => ({ default: (await import("./RunSheet.tsx")).RunSheet }));

function needsSheet({ kind, count }: JobRequest): boolean {
  return count > 1 || KINDS[kind].start.asks === true;
}

/** Somebody who closes the question for their second factor knows that nothing was started. */
function isOwnCancel(error: unknown): boolean {
  return error instanceof ApiError && error.code === STEP_UP_CODE;
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

/** Starts jobs for the pages below it: asks first where it must, then says where to watch. */
export function StartJobProvider({ children }: { children: ReactNode }) {
  const navigate = useNavigate();
  const errors = useErrorText();
  const { mutate, isPending, error, reset } = useCreateJob();
  const [opened, open] = useState<JobRequest | null>(null);
  const [asked, ask] = useState<number | null>(null);
  const [isWanted, want] = useState(false);
  if (opened !== null && !isWanted) want(true);

  const send = useCallback(
    (request: JobRequest, body: JobCreate) => {
      mutate(body, {
        onSuccess: (started) => {
          open(null);
          request.onStarted?.();
          const { kind, hosts } = request;
          if (started.job.task_count > 1) void navigate({ to: "/jobs/$jobId", params: { jobId: started.job.id } });
          else toastDone(<StartedNote started={started} kind={kind} host={hosts[0] ?? ""} />);
        },
        onError: (failure) => {
          const total = confirmationCount(failure);
          if (total !== null) {
            // What was started within the last minutes counts as well: the sheet asks for the number.
            ask(total);
            open(request);
          } else if (!needsSheet(request) && !isOwnCancel(failure)) toastFailed(errors.of(failure));
        },
      });
    },
    [mutate, navigate, errors],
  );

  const start = useCallback(
    (request: JobRequest) => {
      ask(null);
      reset();
      const { kind, params = KINDS[request.kind].start.params ?? {}, target } = request;
      if (needsSheet(request)) open(request);
      else send(request, { kind, params, target });
    },
    [send, reset],
  );

  const value = useMemo(() => ({ start, busy: isPending }), [start, isPending]);
  const isTold = error === null || isOwnCancel(error) || confirmationCount(error) !== null;
  return (
    <StartJobContext value={value}>
      <DeviceActionsProvider>{children}</DeviceActionsProvider>
      {isWanted ? (
        <Suspense fallback={null}>
          <RunSheet
            request={opened}
            busy={isPending}
            error={isTold ? undefined : error}
            asked={asked}
            onRun={(body) => {
              if (opened) send(opened, body);
            }}
            onClose={() => {
              open(null);
            }}
          />
        </Suspense>
      ) : null}
    </StartJobContext>
  );
}
