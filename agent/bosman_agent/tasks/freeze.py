"""The freeze as this device obeys it: verified, newer than what is known, on the disk before it is reported."""

import contextlib
import logging
import sqlite3
from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

import msgspec

from bosman_agent.clock import utc_now
from bosman_agent.journal.journal import Journal
from bosman_agent.journal.records import JournalFullError
from bosman_agent.outbox.messages import MessageFactory
from bosman_agent.transport.connection import BusUnreachableError, Connection
from bosman_agent.transport.nats_client import Msg
from bosman_protocol import subjects
from bosman_protocol.codes import Code
from bosman_protocol.freeze import FreezeOrder, read_order
from bosman_protocol.signing import EnvelopeRefusedError, Purpose, SignedEnvelope, verify
from bosman_protocol.uplink import FreezeAcknowledged
from bosman_protocol.work import is_guarded

log = logging.getLogger(__name__)

_KEYS = {True: "freeze:fleet", False: "freeze:tenant"}
"""Where the journal keeps the last order, by whether it is for the whole fleet."""

Refuse = Callable[[Code, str], Awaitable[None]]


class FreezeGate:
    """Knows whether guarded work may begin. The last order of each scope outlives restarts and the connection."""

    def __init__(
        self,
        *,
        device_id: UUID,
        tenant_id: UUID,
        signing_keys: Callable[[], dict[str, bytes]],
        journal: Journal,
        new_message: MessageFactory,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._device_id = device_id
        self._tenant_id = tenant_id
        self._signing_keys = signing_keys
        self._journal = journal
        self._new_message = new_message
        self._clock = clock
        self._orders: dict[str, FreezeOrder] = {}
        self.on_change: Callable[[], None] = lambda: None
        self.refuse: Refuse = _log_refusal

    async def load(self) -> None:
        """Obey what was known when the last process ended."""
        for key in _KEYS.values():
            kept = await self._journal.get_meta(key)
            if kept is None:
                continue
            try:
                self._orders[key] = msgspec.json.decode(kept, type=FreezeOrder)
            except msgspec.MsgspecError:
                # The next answer of the server carries the order again, before any work.
                log.exception("freeze order in the journal cannot be read")

    @property
    def orders(self) -> list[FreezeOrder]:
        """The orders that freeze this device now, the fleet's first."""
        return [order for _, order in sorted(self._orders.items()) if order.frozen]

    def holds(self, kind: str) -> bool:
        """Whether work of a kind may not begin now."""
        return is_guarded(kind) and any(order.frozen for order in self._orders.values())

    async def serve(self, connection: Connection) -> None:
        """Hear orders as they are given, until the connection ends."""
        try:
            await connection.subscribe(subjects.freeze(self._device_id), self._on_order)
        except BusUnreachableError:
            connection.give_up()

    async def _on_order(self, message: Msg) -> None:
        try:
            signed = msgspec.json.decode(message.data, type=SignedEnvelope)
        except msgspec.MsgspecError:
            await self._refuse(Code.ENVELOPE_MALFORMED)
            return
        with contextlib.suppress(sqlite3.Error):
            await self.take(signed)

    async def take(self, signed: SignedEnvelope) -> None:
        """Obey an order if it is genuine and newer than what is known; the same one again is nothing new."""
        try:
            payload = verify(signed, self._signing_keys(), Purpose.FREEZE)
            order = read_order(payload, tenant_id=self._tenant_id)
        except EnvelopeRefusedError as error:
            await self._refuse(error.code, signed.key_id)
            return
        key = _KEYS[order.scope is None]
        known = self._orders.get(key)
        if known is not None and order.version == known.version:
            return
        if known is not None and order.version < known.version:
            await self._refuse(Code.FREEZE_OUTDATED, signed.key_id)
            return
        await self._obey(key, order)

    async def _obey(self, key: str, order: FreezeOrder) -> None:
        # In force at once: whatever asks `holds` from here on is told; the report leaves when it is on the disk.
        self._orders[key] = order
        log.warning("freeze order", extra={"frozen": order.frozen, "scope": order.scope, "version": order.version})
        obeyed = self._new_message(FreezeAcknowledged(order.scope, order.version, self._clock()))
        try:
            await self._journal.set_meta(key, msgspec.json.encode(order).decode(), [obeyed])
        except JournalFullError:
            # Obeyed all the same, and heard again after a restart: the server is not told that it is for certain.
            log.exception("freeze order cannot be written down")
        self.on_change()

    async def _refuse(self, code: Code, key_id: str = "") -> None:
        with contextlib.suppress(JournalFullError):
            await self.refuse(code, key_id)


async def _log_refusal(code: Code, key_id: str) -> None:
    log.warning("freeze order refused", extra={"code": code, "key_id": key_id})
