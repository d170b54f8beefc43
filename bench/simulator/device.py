"""A simulated device: connects, asks for work, verifies, journals in memory, carries out, reports."""

import asyncio
import contextlib
import random
from collections import deque
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from bench.simulator.enrolling import AGENT_VERSION
from bench.simulator.identity import Identity
from bench.simulator.link import PING_SECONDS, Link, LinkLostError
from bench.simulator.machine import Machine, utc_now
from bench.simulator.outbox import Outbox
from bench.simulator.running import RunningTask
from bench.simulator.tls import ClientTls
from bosman_protocol import subjects
from bosman_protocol.envelope import TaskEnvelope, read_envelope
from bosman_protocol.freeze import FreezeOrder, read_order
from bosman_protocol.lease import LeaseReply, LeaseRequest
from bosman_protocol.signing import EnvelopeRefusedError, Purpose, SignedEnvelope, verify
from bosman_protocol.uplink import AgentStarted, EnvelopeRefused, FreezeAcknowledged, TaskUnknown, UplinkMessage
from bosman_protocol.work import RestartParams, is_guarded

_CAPACITY = 10
_BASE_SECONDS = 1.0
_STABLE_SECONDS = 10.0
_REMEMBERED_NONCES = 200


class Behaviour(msgspec.Struct, frozen=True):
    """What a whole fleet has in common; the defaults are those of the real agent."""

    bus_url: str
    signing_keys: Mapping[str, bytes]
    poll_seconds: float = 240.0
    reconnect_cap_seconds: float = 60.0
    failure_rate: float = 0.0
    pace: float = 1.0
    restart_seconds: float = 20.0
    settled: bool = False
    """As in a fleet that has been up for long: periods begin anywhere, not all when the bench connects."""
    """How long a simulated computer is away when it restarts."""


class Device:
    """One device. `run` lives until cancelled; what it knows of its work survives being cancelled and run again."""

    def __init__(
        self, identity: Identity, identity_file: Path, tls: ClientTls, behaviour: Behaviour, make: Callable[[], Machine]
    ) -> None:
        self.identity = identity
        self.id = identity.device_id
        self.connections = 0
        self.last_refusal = ""
        self.tried = asyncio.Event()
        """Set once it has connected or was refused."""
        self._identity_file = identity_file
        self._tls = tls
        self._behaviour = behaviour
        self._make = make
        self._machine: Machine | None = None
        self.outbox = Outbox(self.id)
        self._running: dict[UUID, RunningTask] = {}
        self._journal: dict[UUID, None] = {}
        self._nonces: deque[bytes] = deque(maxlen=_REMEMBERED_NONCES)
        self.orders: dict[UUID | None, FreezeOrder] = {}
        """The last freeze order of each scope."""
        self._frozen: list[TaskEnvelope] = []
        self._ask = asyncio.Event()
        self._link: Link | None = None
        self._restart_due: float | None = None

    @property
    def machine(self) -> Machine:
        """The computer; described only when first needed, a big fleet never needs most of them."""
        if self._machine is None:
            self._machine = self._make()
        return self._machine

    @property
    def connected(self) -> bool:
        """Whether there is a live connection."""
        return self._link is not None

    @property
    def idle(self) -> bool:
        """Whether nothing runs and everything said was acknowledged."""
        return not self._running and self.outbox.empty

    def say(self, message: UplinkMessage) -> None:
        """Report something that no task asked for."""
        self.outbox.put(message)

    async def run(self) -> None:
        """Be switched on."""
        self._hello()
        failures = 0
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            try:
                await self._live()
            except LinkLostError as error:
                self.last_refusal = str(error)
                self.tried.set()
            if loop.time() - began >= _STABLE_SECONDS:
                failures = 0
            if self._restart_due is not None and loop.time() >= self._restart_due:
                await self._restart()
            ceiling = min(self._behaviour.reconnect_cap_seconds, _BASE_SECONDS * 2 ** min(failures, 20))
            await asyncio.sleep(random.uniform(0, ceiling))
            failures += 1

    def _hello(self) -> None:
        self.outbox.put(AgentStarted(utc_now(), AGENT_VERSION))

    async def _live(self) -> None:
        """One connection from its beginning to its end. Always raises LinkLostError."""
        link = Link(self.id, self._ask.set, self._on_freeze)
        try:
            await link.open(self._tls, self._identity_file, self._behaviour.bus_url)
            self._link = link
            self.connections += 1
            self.tried.set()
            await self._serve(link)
        finally:
            self._link = None
            link.close()

    async def _serve(self, link: Link) -> None:
        services: list[Coroutine[Any, Any, None]] = [self.outbox.serve(link), self._lease(link)]
        tasks = [asyncio.ensure_future(service) for service in services]
        first_ping = PING_SECONDS * (random.random() if self._behaviour.settled else 1.0)
        ping = asyncio.get_running_loop().call_later(first_ping, self._ping, link)
        try:
            waited: list[asyncio.Future[Any]] = [link.lost, *tasks]
            await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ping.cancel()
            for task in tasks:
                task.cancel()
            results = await asyncio.gather(*tasks, return_exceptions=True)
        for result in results:
            if isinstance(result, Exception):
                raise result
        raise LinkLostError(link.lost.result() if link.lost.done() else "ended")

    def _ping(self, link: Link) -> None:
        if not link.lost.done():
            link.ping()
            asyncio.get_running_loop().call_later(PING_SECONDS, self._ping, link)

    async def _lease(self, link: Link) -> None:
        self._ask.set()
        first = self._behaviour.settled
        while True:
            low, high = (0.0, 1.0) if first and not self._ask.is_set() else (0.7, 1.3)
            first = first and self._ask.is_set()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._ask.wait(), self._behaviour.poll_seconds * random.uniform(low, high))
            self._ask.clear()
            capacity = max(0, _CAPACITY - len(self._running))
            request = LeaseRequest(AGENT_VERSION, self._holding(), capacity)
            answer = await link.request(subjects.lease_request(self.id), msgspec.json.encode(request))
            reply = msgspec.json.decode(answer, type=LeaseReply)
            self._take(reply)
            if reply.more and reply.envelopes:
                self._ask.set()

    def _holding(self) -> tuple[UUID, ...]:
        """What must not be sent again: running, or with a result that the stream may not have yet."""
        if self.outbox.empty:
            return (*self._running, *(envelope.task_id for envelope in self._frozen))
        return tuple(self._journal)[-1000:]

    def _on_freeze(self, payload: bytes) -> None:
        self._obey(msgspec.json.decode(payload, type=SignedEnvelope))

    def _obey(self, signed: SignedEnvelope) -> None:
        payload = verify(signed, self._behaviour.signing_keys, Purpose.FREEZE)
        order = read_order(payload, tenant_id=self.identity.tenant_id)
        known = self.orders.get(order.scope)
        if known is not None and known.version >= order.version:
            return
        self.orders[order.scope] = order
        self.outbox.put(FreezeAcknowledged(order.scope, order.version, utc_now()))
        if not self._is_frozen:
            thawed, self._frozen = self._frozen, []
            for envelope in thawed:
                self._begin(envelope)

    @property
    def _is_frozen(self) -> bool:
        return any(order.frozen for order in self.orders.values())

    def _take(self, reply: LeaseReply) -> None:
        for signed in reply.freeze:
            self._obey(signed)
        for signed in reply.envelopes:
            self._accept(signed)
        for task_id in reply.cancel:
            if task_id in self._running:
                self._running[task_id].cancel()
        for task_id in reply.report:
            if task_id not in self._journal:
                self.outbox.put(TaskUnknown(task_id, utc_now()))

    def _accept(self, signed: SignedEnvelope) -> None:
        try:
            payload = verify(signed, self._behaviour.signing_keys)
            envelope = read_envelope(payload, device_id=self.id, now=utc_now())
        except EnvelopeRefusedError as error:
            self.outbox.put(EnvelopeRefused(utc_now(), error.code, key_id=signed.key_id))
            return
        if envelope.nonce in self._nonces or envelope.task_id in self._journal:
            return
        self._nonces.append(envelope.nonce)
        self._journal[envelope.task_id] = None
        if self._is_frozen and is_guarded(envelope.kind):
            self._frozen.append(envelope)
        else:
            self._begin(envelope)

    def _begin(self, envelope: TaskEnvelope) -> None:
        running = RunningTask(
            envelope, self.machine, self.outbox, failure_rate=self._behaviour.failure_rate, pace=self._behaviour.pace
        )
        self._running[envelope.task_id] = running
        running.start(on_done=lambda: self._done(running))

    def _done(self, running: RunningTask) -> None:
        self._running.pop(running.task_id, None)
        if running.succeeded and isinstance(running.params, RestartParams):
            delay = running.params.delay_seconds * self._behaviour.pace
            loop = asyncio.get_running_loop()
            self._restart_due = loop.time() + delay
            loop.call_later(delay + 0.5, self._power_off)
        self._ask.set()

    def _power_off(self) -> None:
        if self._link is not None:
            self._link.close()

    async def _restart(self) -> None:
        self._restart_due = None
        await asyncio.sleep(self._behaviour.restart_seconds * random.uniform(0.7, 1.6))
        self.machine.restarted()
        self._hello()
        for message in self.machine.inventory():
            self.outbox.put(message)
        self.outbox.put(self.machine.updates_report())
