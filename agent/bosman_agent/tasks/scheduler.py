"""Decides when a task runs: one at a time for what shares the package manager, a few at once for the rest.

While a freeze is in force, guarded tasks step aside and let the others pass.
"""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from bosman_agent.clock import utc_now
from bosman_agent.journal.journal import Journal
from bosman_agent.journal.records import JournalFullError, OutboxMessage, Receipt
from bosman_agent.outbox.messages import MessageFactory
from bosman_agent.tasks.execution import Execution, ExecutionFactory, StopReason, TaskOutcome, finished_message
from bosman_agent.tasks.executors.context import failure
from bosman_agent.tasks.freeze import FreezeGate
from bosman_protocol.codes import Code
from bosman_protocol.envelope import TaskEnvelope
from bosman_protocol.uplink import TaskStarted
from bosman_protocol.work import EXCLUSIVE_KINDS, is_guarded

log = logging.getLogger(__name__)

CONCURRENT_WIDTH = 4
MAX_UNFINISHED = 20
STOPPING_SECONDS = 25.0
EXPIRY_SECONDS = 2.0
"""How often frozen tasks are looked at."""


class Lane(msgspec.Struct):
    """Tasks that wait for one of `width` places."""

    width: int
    busy: int = 0
    waiting: deque[TaskEnvelope] = msgspec.field(default_factory=deque)

    @property
    def free(self) -> bool:
        """Whether a task that comes now may begin at once."""
        return self.busy < self.width and not self.waiting


class Scheduler:
    """Takes verified envelopes, runs each at most once, and closes every one of them."""

    def __init__(
        self,
        *,
        journal: Journal,
        new_message: MessageFactory,
        execution: ExecutionFactory,
        gate: FreezeGate,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._clock = clock
        self._journal = journal
        self._gate = gate
        self._new_message = new_message
        self._execution = execution
        self._exclusive = Lane(1)
        self._concurrent = Lane(CONCURRENT_WIDTH)
        self._frozen: list[TaskEnvelope] = []
        self._some_frozen = asyncio.Event()
        self._running: dict[UUID, Execution] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._starting: set[UUID] = set()
        self._stopping = False
        self.exclusive_lock = asyncio.Lock()
        """Held by whoever uses the package manager, tasks and daily reports alike."""
        self.on_finished: Callable[[], None] = lambda: None

    @property
    def capacity(self) -> int:
        """How many more tasks may be taken in; what is frozen takes nobody's place."""
        waiting = len(self._exclusive.waiting) + len(self._concurrent.waiting)
        return max(0, MAX_UNFINISHED - waiting - len(self._running))

    def _lane(self, envelope: TaskEnvelope) -> Lane:
        return self._exclusive if envelope.kind in EXCLUSIVE_KINDS else self._concurrent

    async def accept(self, envelope: TaskEnvelope, payload: bytes) -> Receipt:
        """Write a verified envelope down and run it, now or when its lane is free.

        A caller that is cancelled, because its connection is lost, does not take the
        task along: what the journal holds has to be run by somebody.
        """
        taking = asyncio.create_task(self._accept(envelope, payload))
        self._tasks.add(taking)
        taking.add_done_callback(self._tasks.discard)
        return await asyncio.shield(taking)

    async def _accept(self, envelope: TaskEnvelope, payload: bytes) -> Receipt:
        lane = self._lane(envelope)
        began_at = utc_now()
        # Guarded work always begins from the queue: there, the freeze is asked when nothing more stands in its way.
        begin_now = lane.free and not self._stopping and not is_guarded(envelope.kind)
        if begin_now:
            lane.busy += 1
        receipt = Receipt.KNOWN
        try:
            started = self._new_message(TaskStarted(envelope.task_id, began_at)) if begin_now else None
            receipt = await self._take_in(envelope, payload, started)
        finally:
            if begin_now and receipt is not Receipt.NEW:
                self._leave(lane)
        if receipt is Receipt.NEW:
            if begin_now:
                self._spawn(envelope, began_at, lane)
            else:
                lane.waiting.append(envelope)
                # A place may have become free while the journal was writing.
                self._fill(lane)
        return receipt

    async def _take_in(self, envelope: TaskEnvelope, payload: bytes, started: OutboxMessage | None) -> Receipt:
        detail = "no room for results"
        if await self._journal.has_disk_room():
            try:
                return await self._journal.receive(envelope, payload, started)
            except JournalFullError as error:
                detail = str(error)
        await self._refuse(envelope, payload, detail)
        return Receipt.KNOWN

    async def _refuse(self, envelope: TaskEnvelope, payload: bytes, detail: str) -> None:
        outcome = TaskOutcome("failed", failure(Code.AGENT_DISK_FULL, detail=detail))
        message = finished_message(envelope.task_id, outcome)
        try:
            await self._journal.refuse(envelope, payload, self._new_message(message))
        except JournalFullError:
            # Not even the refusal fits: the server offers the task again once its lease runs out.
            log.exception("disk is full, task cannot even be refused", extra={"task_id": envelope.task_id})

    def resume(self, envelopes: list[TaskEnvelope]) -> None:
        """Queue tasks that the journal had taken in before this process began."""
        for envelope in envelopes:
            self._lane(envelope).waiting.append(envelope)
        for lane in (self._exclusive, self._concurrent):
            self._fill(lane)

    async def cancel(self, task_id: UUID) -> None:
        """Stop a running task, or close one that waits."""
        running = self._running.get(task_id)
        if running is not None:
            running.stop(StopReason.CANCELLED)
            return
        # On its way from the queue into its execution: found missing there, it ends as cancelled.
        self._starting.discard(task_id)
        for lane in (self._exclusive, self._concurrent):
            for envelope in lane.waiting:
                if envelope.task_id == task_id:
                    lane.waiting.remove(envelope)
                    await self._close(envelope, TaskOutcome("cancelled", failure(Code.TASK_CANCELLED)))
                    return
        await self._end_frozen(lambda envelope: envelope.task_id == task_id, "cancelled", Code.TASK_CANCELLED)

    def freeze_changed(self) -> None:
        """A freeze has begun or ended: what waited for its end queues up again, before what came later."""
        thawed = [envelope for envelope in self._frozen if not self._gate.holds(envelope.kind)]
        self._frozen = [envelope for envelope in self._frozen if self._gate.holds(envelope.kind)]
        for envelope in reversed(thawed):
            self._lane(envelope).waiting.appendleft(envelope)
        for lane in (self._exclusive, self._concurrent):
            self._fill(lane)

    async def expire_frozen(self) -> None:
        """Close frozen tasks whose time is over; cancelled from outside."""
        while True:
            await self._some_frozen.wait()
            await asyncio.sleep(EXPIRY_SECONDS)
            with contextlib.suppress(JournalFullError):
                await self._end_frozen(
                    lambda envelope: envelope.expires_at <= self._clock(), "expired", Code.TASK_EXPIRED
                )
            if not self._frozen:
                self._some_frozen.clear()

    async def _end_frozen(
        self, wanted: Callable[[TaskEnvelope], bool], state: Literal["cancelled", "expired"], code: Code
    ) -> None:
        for envelope in [envelope for envelope in self._frozen if wanted(envelope)]:
            await self._close(envelope, TaskOutcome(state, failure(code)))
            # Thawed in the meantime, it finds itself closed in the journal and does not run.
            if envelope in self._frozen:
                self._frozen.remove(envelope)

    async def drain(self, seconds: float, hurry: "asyncio.Future[Any]") -> None:
        """Begin nothing more and wait for what runs: until it has ended, for so many seconds, or until `hurry` is."""
        self._stopping = True
        if self._tasks:
            ended = asyncio.create_task(asyncio.wait(self._tasks))
            await asyncio.wait([ended, hurry], timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            ended.cancel()

    async def stop(self, grace_seconds: float) -> None:
        """Begin nothing more, wait a little for what runs, then stop it and say so in the journal."""
        self._stopping = True
        if self._tasks and grace_seconds:
            await asyncio.wait(self._tasks, timeout=grace_seconds)
        for execution in list(self._running.values()):
            execution.stop(StopReason.SHUTDOWN)
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=STOPPING_SECONDS)

    def _spawn(self, envelope: TaskEnvelope, began_at: datetime | None, lane: Lane) -> None:
        task = asyncio.create_task(self._run(envelope, began_at, lane))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, envelope: TaskEnvelope, began_at: datetime | None, lane: Lane) -> None:
        self._starting.add(envelope.task_id)
        try:
            async with self.exclusive_lock if lane is self._exclusive else contextlib.nullcontext():
                cancelled = False
                if began_at is None:
                    began_at = await self._begin(envelope)
                    cancelled = envelope.task_id not in self._starting
                if began_at is not None:
                    await self._execute(envelope, began_at, cancelled=cancelled)
        except Exception:
            log.exception("task could not be closed", extra={"task_id": envelope.task_id})
        finally:
            self._starting.discard(envelope.task_id)
            self._running.pop(envelope.task_id, None)
            self._leave(lane)
            self.on_finished()

    async def _execute(self, envelope: TaskEnvelope, began_at: datetime, *, cancelled: bool) -> None:
        execution = self._running[envelope.task_id] = self._execution(envelope, began_at)
        if cancelled:
            execution.stop(StopReason.CANCELLED)
        await execution.run()

    async def _begin(self, envelope: TaskEnvelope) -> datetime | None:
        began_at = utc_now()
        if self._stopping:
            # The journal has it as not begun: it runs after the restart.
            return None
        if envelope.task_id not in self._starting:
            await self._close(envelope, TaskOutcome("cancelled", failure(Code.TASK_CANCELLED)))
            return None
        if envelope.expires_at <= self._clock():
            await self._close(envelope, TaskOutcome("expired", failure(Code.TASK_EXPIRED)))
            return None
        if self._gate.holds(envelope.kind):
            self._frozen.append(envelope)
            self._some_frozen.set()
            return None
        # Nothing is awaited between that question and the journal's order: a freeze from here on comes after it.
        started = self._new_message(TaskStarted(envelope.task_id, began_at))
        try:
            return began_at if await self._journal.begin(envelope.task_id, started) else None
        except JournalFullError as error:
            await self._close(envelope, TaskOutcome("failed", failure(Code.AGENT_DISK_FULL, detail=str(error))))
            return None

    async def _close(self, envelope: TaskEnvelope, outcome: TaskOutcome) -> None:
        message = finished_message(envelope.task_id, outcome)
        await self._journal.finish(envelope.task_id, [], self._new_message(message), 0)

    def _leave(self, lane: Lane) -> None:
        lane.busy -= 1
        self._fill(lane)

    def _fill(self, lane: Lane) -> None:
        while lane.waiting and lane.busy < lane.width and not self._stopping:
            lane.busy += 1
            self._spawn(lane.waiting.popleft(), None, lane)
