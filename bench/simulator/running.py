"""One task on a simulated device, from its envelope to its result."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from bench.simulator.machine import Machine, utc_now
from bench.simulator.outbox import Outbox
from bench.simulator.work import FailedError, Hands, carry_out
from bosman_protocol.codes import Code
from bosman_protocol.envelope import TaskEnvelope
from bosman_protocol.failures import ErrorDetail
from bosman_protocol.uplink import OutputChunk, TaskFinished, TaskProgress, TaskStarted
from bosman_protocol.work import TaskKind, parse_params

_GATHER_SECONDS = 0.05
"""Output within this time travels as one chunk, as the real agent does."""
_CHUNK_CHARACTERS = 16_000

State = Literal["succeeded", "failed", "timed_out", "cancelled"]


class RunningTask:
    """Work in progress. Everything said goes to the outbox in order."""

    def __init__(
        self, envelope: TaskEnvelope, machine: Machine, outbox: Outbox, *, failure_rate: float, pace: float
    ) -> None:
        self.task_id: UUID = envelope.task_id
        self.params = parse_params(TaskKind(envelope.kind), msgspec.json.decode(envelope.params))
        self.succeeded = False
        self._timeout = envelope.timeout_seconds
        self._machine = machine
        self._outbox = outbox
        self._hands = Hands(self._write, self._progress, outbox.put, failure_rate=failure_rate, pace=pace)
        self._text: list[str] = []
        self._flush_timer: asyncio.TimerHandle | None = None
        self._chunks = 0
        self._task: asyncio.Task[None] | None = None

    def start(self, on_done: Callable[[], None]) -> None:
        """Begin; `on_done` is called when the result is in the outbox."""
        self._task = asyncio.create_task(self._run())
        self._task.add_done_callback(lambda _: on_done())

    def cancel(self) -> None:
        """Stop as soon as possible."""
        if self._task is not None:
            self._task.cancel()

    async def _run(self) -> None:
        started_at = utc_now()
        self._outbox.put(TaskStarted(self.task_id, started_at))
        try:
            async with asyncio.timeout(self._timeout):
                result = await carry_out(self._machine, self.params, self._hands)
        except FailedError as failed:
            self._finish("failed", started_at, error=failed.error, exit_code=failed.exit_code, result=failed.result)
        except TimeoutError:
            self._finish("timed_out", started_at, error=ErrorDetail(Code.TASK_TIMED_OUT))
        except asyncio.CancelledError:
            # Cancelled by the server, not by the end of the program: the loop still has to send this.
            self._finish("cancelled", started_at, error=ErrorDetail(Code.TASK_CANCELLED))
        else:
            self.succeeded = True
            self._finish("succeeded", started_at, exit_code=0, result=result)

    def _write(self, text: str) -> None:
        self._text.append(text)
        if self._flush_timer is None:
            self._flush_timer = asyncio.get_running_loop().call_later(_GATHER_SECONDS, self._flush)

    def _flush(self) -> None:
        if self._flush_timer is not None:
            self._flush_timer.cancel()
            self._flush_timer = None
        text = "".join(self._text)
        self._text.clear()
        for start in range(0, len(text), _CHUNK_CHARACTERS):
            piece = text[start : start + _CHUNK_CHARACTERS]
            self._outbox.put(OutputChunk(self.task_id, self._chunks, "stdout", utc_now(), piece))
            self._chunks += 1

    def _progress(self, percent: int, code: str | None) -> None:
        self._outbox.put(TaskProgress(self.task_id, utc_now(), percent, code))

    def _finish(
        self,
        state: State,
        started_at: datetime,
        *,
        error: ErrorDetail | None = None,
        exit_code: int | None = None,
        result: msgspec.Struct | None = None,
    ) -> None:
        self._flush()
        encoded = msgspec.Raw(msgspec.json.encode(result))
        self._outbox.put(
            TaskFinished(self.task_id, state, utc_now(), started_at, exit_code, error, encoded, self._chunks)
        )
