"""Asks for work, checks what comes, and hands it to the scheduler."""

import asyncio
import contextlib
import logging
import sqlite3
import time
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import msgspec

from bosman_agent import __version__
from bosman_agent.backoff import full_jitter, random_part, spread
from bosman_agent.enrollment.trust import TrustStore
from bosman_agent.journal.journal import Journal
from bosman_agent.journal.records import JournalFullError, Receipt
from bosman_agent.outbox.messages import MessageFactory
from bosman_agent.tasks.freeze import FreezeGate
from bosman_agent.tasks.scheduler import Scheduler
from bosman_agent.transport.connection import BusUnreachableError, Connection
from bosman_agent.transport.nats_client import Msg
from bosman_agent.transport.server_clock import ServerClock
from bosman_protocol import subjects
from bosman_protocol.codes import Code
from bosman_protocol.envelope import read_envelope
from bosman_protocol.lease import LeaseReply, LeaseRequest
from bosman_protocol.signing import EnvelopeRefusedError, SignedEnvelope, verify
from bosman_protocol.text import clean_text
from bosman_protocol.uplink import EnvelopeRefused, TaskUnknown

log = logging.getLogger(__name__)

ANSWER_SECONDS = 10.0
BATCH = 10
RETRY_CAP_SECONDS = 60.0
IDLE_QUESTIONS = 5
IDLE_QUESTIONS_PER_SECOND = 5.0
"""Questions that brought nothing: so many at once, then so many a second. However often somebody nudges, the server is
asked no faster; a question that brings work is followed by the next at once."""
REFUSALS_PER_MINUTE = 60
"""More are only logged: whoever can send forgeries must not be able to fill the disk with reports of them."""


class QuestionPace:
    """How long to wait before the next question: not at all, unless the last ones brought nothing."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._left = float(IDLE_QUESTIONS)
        self._since = clock()

    def brought_nothing(self) -> None:
        """The last question need not have been asked."""
        now = self._clock()
        earned = (now - self._since) * IDLE_QUESTIONS_PER_SECOND
        self._left = min(float(IDLE_QUESTIONS), self._left + earned) - 1
        self._since = now

    @property
    def wait_seconds(self) -> float:
        """From now until the next question."""
        earned = (self._clock() - self._since) * IDLE_QUESTIONS_PER_SECOND
        return max(0.0, (1 - self._left - earned) / IDLE_QUESTIONS_PER_SECOND)


class LeaseClient:
    """Keeps the scheduler supplied while there is a connection."""

    def __init__(  # noqa: PLR0913 - everything that an answer may concern
        self,
        *,
        device_id: UUID,
        signing_keys: Callable[[], dict[str, bytes]],
        journal: Journal,
        scheduler: Scheduler,
        gate: FreezeGate,
        trust: TrustStore,
        new_message: MessageFactory,
        poll_seconds: float,
        reconnect_jitter_seconds: float,
        clock: ServerClock,
    ) -> None:
        self._device_id = device_id
        self._signing_keys = signing_keys
        self._journal = journal
        self._scheduler = scheduler
        self._gate = gate
        self._trust = trust
        self._new_message = new_message
        self._poll_seconds = poll_seconds
        self._reconnect_jitter_seconds = reconnect_jitter_seconds
        self._served_before = False
        self._clock = clock
        self._wanted = asyncio.Event()
        self._more = False
        self._pace = QuestionPace()
        self._refusals = (0.0, 0)
        self.last_answer_at: datetime | None = None
        self.on_answer: Callable[[], None] = lambda: None
        scheduler.on_finished = self._task_finished
        gate.refuse = self._refuse
        trust.refuse = self._refuse

    def ask(self) -> None:
        """Ask as soon as possible; several wishes at once are one question."""
        self._wanted.set()

    def _task_finished(self) -> None:
        if self._more:
            self.ask()

    async def serve(self, connection: Connection) -> None:
        """Ask on connecting, on every nudge and every so often, until cancelled.

        On every connection but the first the question waits for a random part of
        the jitter: after a restart of the bus the whole fleet comes back at once.
        A nudge means that work is there, and ends the wait.
        """

        async def on_nudge(_message: Msg) -> None:
            self.ask()

        failures = 0
        # A wish from the last connection is served by the question that every connection begins with.
        self._wanted.clear()
        try:
            await connection.subscribe(subjects.nudge(self._device_id), on_nudge)
        except BusUnreachableError:
            connection.give_up()
            return
        if self._served_before:
            await self._wait_wanted(random_part(self._reconnect_jitter_seconds))
        self._served_before = True
        self.ask()
        while True:
            await self._wait_wanted(spread(self._poll_seconds))
            # What is wished meanwhile is answered by the same question.
            await asyncio.sleep(self._pace.wait_seconds)
            self._wanted.clear()
            try:
                await self._ask_once(connection)
                failures = 0
            except (BusUnreachableError, JournalFullError, sqlite3.Error) as error:
                log.warning("no answer to the request for work", extra={"error": error})
                if not await connection.check():
                    return
                await asyncio.sleep(full_jitter(failures, base_seconds=1.0, cap_seconds=RETRY_CAP_SECONDS))
                failures += 1
                self.ask()

    async def _wait_wanted(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._wanted.wait()

    async def _ask_once(self, connection: Connection) -> None:
        capacity = min(BATCH, self._scheduler.capacity)
        request = LeaseRequest(__version__, tuple(self._journal.holding()), capacity, self._trust.version)
        answer = await connection.request(
            subjects.lease_request(self._device_id), msgspec.json.encode(request), ANSWER_SECONDS
        )
        try:
            reply = msgspec.json.decode(answer, type=LeaseReply)
        except msgspec.MsgspecError as error:
            await self._refuse(Code.ENVELOPE_MALFORMED)
            raise BusUnreachableError(f"unreadable answer: {error}") from error
        await self._clock.hear(reply.server_time)
        await self.take(reply)
        self.last_answer_at = self._clock.now()
        self.on_answer()
        if not (reply.envelopes or reply.cancel or reply.report):
            self._pace.brought_nothing()
        self._more = reply.more
        if reply.more and reply.envelopes and self._scheduler.capacity:
            self.ask()

    async def take(self, reply: LeaseReply) -> None:
        """Act on an answer: whom to trust, what is frozen, new work, tasks to stop, tasks to account for."""
        # First: what follows may be signed by a key that only the new statement names.
        await self._trust.take(reply.trust, reply.trust_introduction, self._clock.now())
        for order in reply.freeze:
            await self._gate.take(order)
        # Together: the journal writes all of them down in one commit, in their order.
        await asyncio.gather(*(self._take_envelope(signed) for signed in reply.envelopes))
        for task_id in reply.cancel:
            await self._scheduler.cancel(task_id)
        if reply.report:
            missing = await self._journal.account_for(reply.report)
            now = self._clock.now()
            await self._journal.add([self._new_message(TaskUnknown(task_id, now)) for task_id in missing])

    async def _take_envelope(self, signed: SignedEnvelope) -> None:
        task_id = None
        try:
            payload = verify(signed, self._signing_keys())
            task_id = _task_id(payload)
            envelope = read_envelope(payload, device_id=self._device_id, now=self._clock.now())
        except EnvelopeRefusedError as error:
            await self._refuse(error.code, task_id=task_id, key_id=signed.key_id)
            return
        if await self._scheduler.accept(envelope, payload) is Receipt.REPLAYED:
            await self._refuse(Code.ENVELOPE_REPLAYED, task_id=task_id, key_id=signed.key_id)

    async def _refuse(self, code: Code, key_id: str = "", task_id: UUID | None = None) -> None:
        key_id = clean_text(key_id, 256)
        log.warning("refused", extra={"code": code, "task_id": task_id, "key_id": key_id})
        minute, count = self._refusals
        now = time.monotonic()
        if now - minute >= 60:
            minute, count = now, 0
        self._refusals = (minute, count + 1)
        if count < REFUSALS_PER_MINUTE:
            await self._journal.add(
                [self._new_message(EnvelopeRefused(self._clock.now(), code, task_id, key_id or None))]
            )


class _TaskIdOnly(msgspec.Struct):
    task_id: UUID


def _task_id(payload: bytes) -> UUID | None:
    """The task that a signed payload names; signed, so it may be believed even if the rest is refused."""
    try:
        return msgspec.json.decode(payload, type=_TaskIdOnly).task_id
    except msgspec.MsgspecError:
        return None
