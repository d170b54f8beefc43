"""Stores what devices report: batch by batch, one transaction each, acknowledged after its commit [R22].

A message may come more than once; every handler bears that. What cannot be read or stored is told in the trail
and dropped; it stops nobody. What a device sends beyond its quota is put off: the others go first.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

import asyncpg
import msgspec
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError

from bosman_protocol import subjects
from bosman_protocol.codes import Code
from bosman_protocol.uplink import AgentIncident, AgentStarted, EnvelopeRefused, decode_uplink, family_of
from bosman_server.core.audit.device_trail import DeviceTrail
from bosman_server.fleet.devices.directory import DeviceDirectory, KnownDevice
from bosman_server.fleet.ingest.batch import Handlers, IngestBatch, Position, Received
from bosman_server.fleet.ingest.failed_tries import STATEMENT_SECONDS, TOO_LONG, FailedTries
from bosman_server.fleet.ingest.feed import Feed
from bosman_server.fleet.ingest.quotas import MOST_REPORT_SECONDS, MOST_SECONDS, UplinkQuotas
from bosman_server.fleet.ingest.streams import ACK_WAIT_SECONDS, ensure_streams, stream_epoch
from bosman_server.kit.db.database import Database, DatabaseUnavailableError
from bosman_server.kit.db.scope import TenantScope
from bosman_server.kit.metrics import UPLINK_GIVEN_UP, UPLINK_MESSAGES, UPLINK_PUT_OFF, UPLINK_REFUSED

log = structlog.get_logger()

_RETRY_SECONDS = 1.0
_BUSY_SECONDS = 5.0
_LOOK_SECONDS = 30.0
_READ_AT_ONCE = 16
_POISON = (
    asyncpg.DataError, asyncpg.IntegrityConstraintViolationError, msgspec.MsgspecError,
    ValueError, TypeError, LookupError, OverflowError, RecursionError, AssertionError,
)  # fmt: skip
_BUSY = (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError, asyncpg.QueryCanceledError)
_MAX_ID_LENGTH = 80
_EVENTS = (AgentStarted, AgentIncident, EnvelopeRefused)
"""Kinds that become entries of the trail: stored once however often they come, and limited."""
_NEW = """
INSERT INTO uplink_receipt (tenant_id, device_id, message_id, received_at)
SELECT t, d, m, now() FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS e (t, d, m)
ON CONFLICT DO NOTHING RETURNING device_id, message_id
"""


class _Item(NamedTuple):
    source: Msg
    received: Received

    @property
    def message_id(self) -> str | None:
        """The id that an event keeps when it is sent again; None where it needs none, or has none."""
        if not isinstance(self.received.message, _EVENTS):
            return None
        found = (self.source.headers or {}).get(subjects.MESSAGE_HEADER, "")
        return found if found and len(found) <= _MAX_ID_LENGTH and found.isascii() and found.isprintable() else None


class StreamConsumer:
    """Reads one stream. Any number of workers run one for each; the stream deals its messages out among them."""

    def __init__(
        self,
        database: Database,
        bus: Client,
        directory: DeviceDirectory,
        handlers: Handlers,
        trail: DeviceTrail,
        *,
        stream: str = subjects.UPLINK_STREAM,
        quotas: UplinkQuotas | None = None,
        ack_wait_seconds: float = ACK_WAIT_SECONDS,
    ) -> None:
        self._database = database
        self._bus = bus
        self._directory = directory
        self._handlers = handlers
        self._trail = trail
        self._stream = stream
        self._quotas = quotas or UplinkQuotas()
        self._tries = FailedTries(database)
        self._epoch = 0
        self.on_flood: Callable[[UUID, Mapping[str, object]], object] = lambda _device_id, _why: None
        """Told of a device that has sent far more than any agent does; at every message of that."""
        self.feed = Feed(bus, stream, ack_wait_seconds)

    async def start(self) -> None:
        """Get ready; `run` takes messages. Raises nats.js.errors.APIError."""
        await self.refresh()
        await self.feed.start()

    async def refresh(self) -> None:
        """Learn when the stream was made. Raises nats.js.errors.APIError."""
        self._epoch = await stream_epoch(self._bus, self._stream)

    async def run(self) -> None:
        """Work through batches for ever; returns only by cancellation."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.feed.run())
            group.create_task(self._work())

    async def _work(self) -> None:
        while True:
            batch = await self.feed.take()
            try:
                await self._process_batch(batch)
            except asyncio.CancelledError:
                raise
            except Exception as error:  # noqa: BLE001 - the database may be away; the stream keeps everything
                log.warning("uplink_batch_failed", stream=self._stream, size=len(batch), error=repr(error))
                await asyncio.sleep(_RETRY_SECONDS)
                for message in batch:
                    await self.feed.give_back(message, _RETRY_SECONDS)

    async def _process_batch(self, batch: list[Msg]) -> None:
        items: list[_Item] = []
        for number, message in enumerate(batch):
            if number % _READ_AT_ONCE == _READ_AT_ONCE - 1:
                # Nothing of this waits for anything: other work of this process gets its turn here.
                await asyncio.sleep(0)
            item = await self._read(message)
            if item is not None:
                items.append(item)
        if items:
            await self._store_or_divide(items)

    async def _read(self, message: Msg) -> _Item | None:
        """The message, or None where it has been dealt with: refused, put off, of nobody we know."""
        device = await self._sender(message)
        if device is None:
            await self.feed.done(message)
            return None
        if await self._is_beyond_quota(message, device):
            return None
        try:
            decoded = decode_uplink(message.data)
        except (msgspec.MsgspecError, RecursionError) as error:
            # Its text quotes what was sent: the kind of the error has to do.
            await self._refuse(device, Code.UPLINK_INVALID, type(error).__name__)
            await self.feed.done(message)
            return None
        if subjects.family_of_subject(message.subject) != family_of(decoded):
            # Each family has its stream: a report beside its own would stand in another order.
            await self._refuse(device, Code.UPLINK_INVALID, type(decoded).__name__)
            await self.feed.done(message)
            return None
        if isinstance(decoded, _EVENTS) and not self._quotas.events.take(device.id):
            await self._refuse(device, Code.DEVICE_QUOTA, type(decoded).__name__)
            await self.feed.done(message)
            return None
        position = Position(self._epoch, message.metadata.sequence.stream)
        return _Item(message, Received(device, decoded, position))

    async def _sender(self, message: Msg) -> KnownDevice | None:
        try:
            device = await self._directory.find(subjects.device_of(message.subject))
        except ValueError:
            device = None
        if device is None:
            UPLINK_REFUSED.labels(Code.DEVICE_UNKNOWN.value).inc()
            return None
        if not device.active:
            await self._refuse(device, Code.DEVICE_REVOKED, "")
            return None
        return device

    async def _is_beyond_quota(self, message: Msg, device: KnownDevice) -> bool:
        # What was put off once is paid for.
        if message.metadata.num_delivered > 1:
            return False
        is_report = self._stream == subjects.REPORTS_STREAM
        delay = self._quotas.delay(device.id, len(message.data), is_report=is_report)
        if delay <= 0:
            return False
        if delay > (MOST_REPORT_SECONDS if is_report else MOST_SECONDS):
            self.on_flood(device.id, {"dropped": "reports" if is_report else "messages"})
            await self._refuse(device, Code.DEVICE_QUOTA, "report")
            await self.feed.done(message)
            return True
        UPLINK_PUT_OFF.inc()
        await self.feed.give_back(message, delay)
        return True

    async def _refuse(self, device: KnownDevice, code: Code, detail: str) -> None:
        UPLINK_REFUSED.labels(code.value).inc()
        after = {"detail": detail} if detail else None
        await self._trail.record(device, "device.report", after=after, refused=code.value)

    async def _store_or_divide(self, items: list[_Item], statement_seconds: int | None = None) -> None:
        """Store a batch; one that fails is divided by device, and that of a device message by message.

        Only what the data themselves cause is given up. What is busy comes again, what else breaks is raised:
        then the whole batch comes again. What the database takes too long over, by itself and again and again, is
        given up, too: others wait for it each time.
        """
        try:
            await self._store(items, statement_seconds)
        except (*_POISON, *_BUSY, DatabaseUnavailableError) as error:
            positions = [item.received.position.seq for item in items]
            if isinstance(error, DatabaseUnavailableError) and not await self._tries.is_one_to_blame(positions):
                raise
            if len(items) > 1:
                limit = STATEMENT_SECONDS if isinstance(error, TOO_LONG) else statement_seconds
                for part in _divide(items):
                    await self._store_or_divide(part, limit)
            elif isinstance(error, TOO_LONG) and self._tries.is_hopeless(*positions):
                UPLINK_GIVEN_UP.labels(type(items[0].received.message).__name__).inc()
                await self._give_up(items[0], error)
            elif isinstance(error, (*_BUSY, DatabaseUnavailableError)):
                log.warning("uplink_message_put_off", error=repr(error)[:200])
                await self.feed.give_back(items[0].source, _BUSY_SECONDS)
            else:
                await self._give_up(items[0], error)

    async def _store(self, items: list[_Item], statement_seconds: int | None) -> None:
        scope = TenantScope.of(item.received.device.tenant_id for item in items)
        # Whoever holds a row must not hold up what everybody else reports.
        async with self._database.writing(scope, lock_seconds=2, statement_seconds=statement_seconds) as tx:
            ingest = IngestBatch(tx, self._trail, [item.received for item in items])
            fresh = await self._unseen(ingest, items)
            for kind, run in groupby(fresh, key=lambda item: type(item.received.message)):
                members = [item.received for item in run]
                await self._handlers[kind](ingest, members)
                UPLINK_MESSAGES.labels(kind.__name__).inc(len(members))
        for item in items:
            await self.feed.done(item.source)

    @staticmethod
    async def _unseen(ingest: IngestBatch, items: list[_Item]) -> list[_Item]:
        """Without the events that were stored before: their receipt was lost on the way to the agent."""
        named = [(item.received.device.tenant_id, item.received.device.id, item.message_id) for item in items]
        named = list(dict.fromkeys(entry for entry in named if entry[2] is not None))
        if not named:
            return items
        columns = [list(column) for column in zip(*named, strict=True)]
        fresh = {(row["device_id"], row["message_id"]) for row in await ingest.tx.connection.fetch(_NEW, *columns)}
        kept = []
        for item in items:
            key = (item.received.device.id, item.message_id)
            if key[1] is None or key in fresh:
                fresh.discard(key)
                kept.append(item)
        return kept

    async def _give_up(self, item: _Item, error: Exception) -> None:
        device = item.received.device
        kind = type(item.received.message).__name__
        log.warning("uplink_message_unstorable", device_id=str(device.id), kind=kind, error=repr(error)[:500])
        await self._refuse(device, Code.UPLINK_INVALID, type(error).__name__)
        await self.feed.done(item.source)


async def keep_streams(
    bus: Client, consumers: Iterable[StreamConsumer], ack_wait_seconds: float = ACK_WAIT_SECONDS
) -> None:
    """Look every half minute that the streams are there, and make those anew that somebody has deleted; for ever."""
    while True:
        await asyncio.sleep(_LOOK_SECONDS)
        try:
            await ensure_streams(bus, ack_wait_seconds)
            for consumer in consumers:
                await consumer.refresh()
        except (NatsError, OSError, TimeoutError) as error:
            log.warning("streams_not_kept", error=str(error) or repr(error))


def _divide(items: list[_Item]) -> Iterable[list[_Item]]:
    by_device: dict[object, list[_Item]] = {}
    for item in items:
        by_device.setdefault(item.received.device.id, []).append(item)
    if len(by_device) > 1:
        return by_device.values()
    half = len(items) // 2
    return items[:half], items[half:]
