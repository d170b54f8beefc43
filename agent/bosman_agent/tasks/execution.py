"""Runs one task from its beginning in the journal to its end in the outbox."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal
from uuid import UUID

import msgspec

from bosman_agent.clock import utc_now
from bosman_agent.journal.journal import Journal
from bosman_agent.journal.records import OutboxMessage
from bosman_agent.outbox.messages import MessageFactory
from bosman_agent.outbox.output import OutputWriter
from bosman_agent.outbox.progress import ProgressReporter
from bosman_agent.platform.base import ProviderError, Providers
from bosman_agent.tasks.executors.context import TaskContext, TaskDeferredError, TaskFailedError, failure
from bosman_agent.tasks.executors.registry import Executors
from bosman_protocol.codes import Code
from bosman_protocol.envelope import TaskEnvelope
from bosman_protocol.failures import ErrorDetail
from bosman_protocol.limits import MAX_MESSAGE_BYTES
from bosman_protocol.uplink import OutputChunk, TaskFinished, TaskProgress, UplinkMessage
from bosman_protocol.work import TaskKind, parse_params

log = logging.getLogger(__name__)

MAX_RESULT_BYTES = MAX_MESSAGE_BYTES * 7 // 8
STOP_SECONDS = 20.0
"""How long a stopped executor may take to end its processes before it is given up."""

FinalState = Literal["succeeded", "failed", "timed_out", "cancelled", "expired"]


class StopReason(StrEnum):
    """Why a running task is made to stop."""

    CANCELLED = "cancelled"
    TIMED_OUT = "timed_out"
    SHUTDOWN = "shutdown"


class TaskOutcome(msgspec.Struct, frozen=True):
    """How a task ended."""

    state: FinalState
    error: ErrorDetail | None = None
    exit_code: int | None = None
    result: msgspec.Struct | None = None


_STOPPED: dict[StopReason, TaskOutcome] = {
    StopReason.CANCELLED: TaskOutcome("cancelled", failure(Code.TASK_CANCELLED)),
    StopReason.TIMED_OUT: TaskOutcome("timed_out", failure(Code.TASK_TIMED_OUT)),
    StopReason.SHUTDOWN: TaskOutcome("failed", failure(Code.AGENT_INTERRUPTED)),
}


def finished_message(
    task_id: UUID, outcome: TaskOutcome, *, started_at: datetime | None = None, chunk_count: int = 0
) -> TaskFinished:
    """The message that closes a task."""
    return TaskFinished(
        task_id=task_id,
        state=outcome.state,
        finished_at=utc_now(),
        started_at=started_at,
        exit_code=outcome.exit_code,
        error=outcome.error,
        result=msgspec.Raw(msgspec.json.encode(outcome.result)),
        chunk_count=chunk_count,
    )


class Execution:
    """One task that has begun."""

    def __init__(
        self,
        envelope: TaskEnvelope,
        started_at: datetime,
        *,
        journal: Journal,
        new_message: MessageFactory,
        providers: Providers,
        executors: Executors,
        on_deferred: Callable[[], None],
    ) -> None:
        self._envelope = envelope
        self._started_at = started_at
        self._journal = journal
        self._new_message = new_message
        self._providers = providers
        self._executors = executors
        self._on_deferred = on_deferred
        self._stop_reason: StopReason | None = None
        self._stop = asyncio.Event()
        self._sending: set[asyncio.Task[None]] = set()

    def stop(self, reason: StopReason) -> None:
        """Make the task stop; the first reason counts."""
        if self._stop_reason is None:
            self._stop_reason = reason
            self._stop.set()

    async def run(self) -> None:
        """Carry the task out and close it in the journal, whatever happens."""
        task_id = self._envelope.task_id
        output = OutputWriter(task_id, self._commit_chunks, has_room=lambda: self._journal.has_room_for_output)
        progress = ProgressReporter(task_id, self._send_progress)
        context = TaskContext(task_id, self._providers, output.write, progress, self._report)
        outcome = await self._run_guarded(context, output)
        progress.stop()
        if self._sending:
            await asyncio.wait(self._sending)
        if outcome is None:
            await self._defer(output)
            return
        try:
            chunks = [self._new_message(chunk) for chunk in await output.close()]
        except Exception:
            # The journal failed under the output; the result still has to be tried.
            log.exception("output is lost", extra={"task_id": task_id})
            chunks = []
        message = finished_message(task_id, outcome, started_at=self._started_at, chunk_count=output.chunk_count)
        await self._journal.finish(task_id, chunks, self._bounded(message), output.chunk_count)

    async def _defer(self, output: OutputWriter) -> None:
        chunks = await output.close()
        await self._journal.add_chunks(
            self._envelope.task_id, [self._new_message(chunk) for chunk in chunks], output.chunk_count
        )
        self._on_deferred()

    def _bounded(self, message: TaskFinished) -> OutboxMessage:
        outgoing = self._new_message(message)
        if len(outgoing.payload) <= MAX_RESULT_BYTES:
            return outgoing
        # A result that no message can carry would block the outbox for ever.
        log.error("result is too large", extra={"task_id": message.task_id, "size_bytes": len(outgoing.payload)})
        error = message.error or failure(Code.AGENT_INTERNAL, detail="the result is too large to be sent")
        return self._new_message(msgspec.structs.replace(message, result=msgspec.Raw(b"null"), error=error))

    async def _run_guarded(self, context: TaskContext, output: OutputWriter) -> TaskOutcome | None:
        work = asyncio.create_task(self._work_and_end_output(context, output))
        stop = asyncio.create_task(self._stop.wait())
        try:
            await asyncio.wait(
                {work, stop}, timeout=self._envelope.timeout_seconds, return_when=asyncio.FIRST_COMPLETED
            )
            if not work.done():
                self.stop(StopReason.TIMED_OUT)
                work.cancel()
                await asyncio.wait({work}, timeout=STOP_SECONDS)
        finally:
            stop.cancel()
            work.cancel()
        if work.done() and not work.cancelled():
            # Finished in the very moment it was stopped: the effect is there, so its result counts.
            return work.result()
        return _STOPPED[self._stop_reason or StopReason.SHUTDOWN]

    async def _work_and_end_output(self, context: TaskContext, output: OutputWriter) -> TaskOutcome | None:
        try:
            return await self._work(context)
        finally:
            # In the very turn in which the work ends: its last output then shares the commit of its result.
            output.end()

    async def _work(self, context: TaskContext) -> TaskOutcome | None:
        try:
            result = await self._execute(context)
        except TaskDeferredError:
            return None
        except TaskFailedError as error:
            return TaskOutcome("failed", error.error, error.exit_code, error.result)
        except ProviderError as error:
            return TaskOutcome("failed", error.error, error.exit_code)
        except Exception as error:
            log.exception("executor failed", extra={"task_id": context.task_id, "kind": self._envelope.kind})
            return TaskOutcome("failed", failure(Code.AGENT_INTERNAL, detail=f"{type(error).__name__}: {error}"))
        return TaskOutcome("succeeded", exit_code=0, result=result)

    async def _execute(self, context: TaskContext) -> msgspec.Struct:
        try:
            kind = TaskKind(self._envelope.kind)
        except ValueError:
            raise TaskFailedError(failure(Code.AGENT_UNSUPPORTED, kind=self._envelope.kind)) from None
        try:
            params = parse_params(kind, msgspec.json.decode(self._envelope.params))
        except msgspec.MsgspecError as error:
            raise TaskFailedError(failure(Code.JOB_BAD_PARAMS, detail=str(error))) from error
        return await self._executors.find(kind)(context, params)

    async def _commit_chunks(self, chunks: list[OutputChunk], chunk_count: int) -> None:
        await self._journal.add_chunks(
            self._envelope.task_id, [self._new_message(chunk) for chunk in chunks], chunk_count
        )

    async def _report(self, message: UplinkMessage) -> None:
        await self._journal.add([self._new_message(message, task_id=self._envelope.task_id)])

    def _send_progress(self, message: TaskProgress) -> None:
        self._spawn(self._report(message))

    def _spawn(self, work: Any) -> None:
        task: asyncio.Task[None] = asyncio.ensure_future(work)
        self._sending.add(task)
        task.add_done_callback(self._sent)

    def _sent(self, task: "asyncio.Task[None]") -> None:
        self._sending.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.warning("progress is lost", extra={"error": error})


ExecutionFactory = Callable[[TaskEnvelope, datetime], Execution]
