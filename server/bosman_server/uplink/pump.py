"""Reads the stream of device messages in batches: one transaction each, acknowledged after its commit [R22].

A message may come more than once; every handler bears that. A message that
cannot be read or stored is audited and dropped, it never stops the others.
"""

import asyncio
from itertools import groupby
from typing import Any

import msgspec
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js.api import AckPolicy, ConsumerConfig

from bosman_protocol import subjects
from bosman_protocol.codes import Code
from bosman_protocol.uplink import UplinkMessage, decode_uplink
from bosman_server.audit.service import Actor, record_raw
from bosman_server.kit.db.database import Database
from bosman_server.kit.db.scope import TenantScope
from bosman_server.kit.metrics import UPLINK_MESSAGES, UPLINK_REFUSED
from bosman_server.tenancy.directory import DeviceDirectory, KnownDevice
from bosman_server.uplink.ingest import Handlers, Ingest

log = structlog.get_logger()

CONSUMER = "uplink"
_BATCH = 500
ACK_WAIT_SECONDS = 10.0
"""What a worker that died had taken and not stored goes to another one after so long."""
_RETRY_SECONDS = 1.0

_Item = tuple[Msg, KnownDevice, UplinkMessage]


class Pump:
    """Any number of workers run one; the stream deals its messages out among them."""

    def __init__(self, database: Database, bus: Client, directory: DeviceDirectory, handlers: Handlers) -> None:
        self._database = database
        self._bus = bus
        self._directory = directory
        self._handlers = handlers
        self._queue: asyncio.Queue[Msg] = asyncio.Queue()

    async def start(self) -> None:
        """Subscribe; messages flow until the connection closes."""
        stream = self._bus.jetstream()
        await stream.subscribe(
            subjects.UPLINK_ALL,
            queue=CONSUMER,
            durable=CONSUMER,
            stream=subjects.UPLINK_STREAM,
            cb=self._queue.put,
            manual_ack=True,
            config=ConsumerConfig(ack_policy=AckPolicy.EXPLICIT, ack_wait=ACK_WAIT_SECONDS, max_ack_pending=4 * _BATCH),
        )
        # A consumer that an earlier version has made stays as it was made.
        made = (await stream.consumer_info(subjects.UPLINK_STREAM, CONSUMER)).config
        if made.ack_wait != ACK_WAIT_SECONDS:
            made.ack_wait = ACK_WAIT_SECONDS
            await stream.add_consumer(subjects.UPLINK_STREAM, made)

    async def run(self) -> None:
        """Work through batches for ever; returns only by cancellation."""
        while True:
            batch = [await self._queue.get()]
            while len(batch) < _BATCH and not self._queue.empty():
                batch.append(self._queue.get_nowait())
            try:
                await self._take(batch)
            except asyncio.CancelledError:
                raise
            except Exception as error:  # noqa: BLE001 - the database may be away; the stream keeps everything
                log.warning("uplink_batch_failed", size=len(batch), error=repr(error))
                await asyncio.sleep(_RETRY_SECONDS)
                for message in batch:
                    await message.nak()

    async def _take(self, batch: list[Msg]) -> None:
        items: list[_Item] = []
        for message in batch:
            item = await self._read(message)
            if item is None:
                await message.ack()
            else:
                items.append(item)
        if not items:
            return
        try:
            await self._store(items)
        except Exception:
            if not await self._database.is_up():
                raise
            # One of them is bad: singly, each stands for itself.
            for item in items:
                await self._store_alone(item)

    async def _read(self, message: Msg) -> _Item | None:
        try:
            device = await self._directory.find(subjects.device_of(message.subject))
        except ValueError:
            device = None
        if device is None:
            UPLINK_REFUSED.labels(Code.DEVICE_UNKNOWN.value).inc()
            return None
        try:
            decoded = decode_uplink(message.data)
        except (msgspec.MsgspecError, RecursionError) as error:
            await self._refuse(device, Code.UPLINK_INVALID, str(error)[:200])
            return None
        return message, device, decoded

    async def _refuse(self, device: KnownDevice, code: Code, detail: str) -> None:
        UPLINK_REFUSED.labels(code.value).inc()
        log.warning("uplink_refused", device_id=str(device.id), code=code.value, detail=detail)
        async with self._database.writing(TenantScope.of([device.tenant_id])) as connection:
            actor = Actor("device", device.id, device.hostname)
            target = ("device", device.id)
            after = {"detail": detail}
            await record_raw(
                connection, device.tenant_id, actor, "device.report", target=target, after=after, refused=code.value
            )

    async def _store(self, items: list[_Item]) -> None:
        scope = TenantScope.of(device.tenant_id for _, device, _ in items)
        async with self._database.writing(scope) as connection:
            ingest = Ingest(connection, self._bus)
            for kind, run in groupby(items, key=lambda item: type(item[2])):
                members: list[Any] = [(device, decoded) for _, device, decoded in run]
                await self._handlers[kind](ingest, members)
                UPLINK_MESSAGES.labels(kind.__name__).inc(len(members))
        await ingest.run_after_commit()
        for message, _, _ in items:
            await message.ack()

    async def _store_alone(self, item: _Item) -> None:
        message, device, decoded = item
        try:
            await self._store([item])
        except Exception as error:
            if not await self._database.is_up():
                raise
            log.exception("uplink_message_unstorable", device_id=str(device.id), kind=type(decoded).__name__)
            await self._refuse(device, Code.UPLINK_INVALID, type(error).__name__)
            await message.term()
