"""Who is connected: from the bus's own connect and disconnect events, never by polling [R22].

A device is online while it has any live connection. Events may be missed while no worker listens; whoever
becomes leader therefore asks the bus once who is there, and asks again after its own connection broke.
"""

import asyncio
import contextlib
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
import structlog
from msgspec import Meta
from nats.aio.client import Client
from nats.aio.msg import Msg

from bosman_server.fleet.devices.bus_monitor import BusMonitor, device_id_of
from bosman_server.kit.bus.rights import DEVICES_ACCOUNT
from bosman_server.kit.clock import utc_now
from bosman_server.kit.db.database import Database
from bosman_server.kit.db.scope import ALL_TENANTS
from bosman_server.kit.db.transaction import Connection, Record, Transaction
from bosman_server.kit.live import Change

log = structlog.get_logger()

_EVENTS = (f"$SYS.ACCOUNT.{DEVICES_ACCOUNT}.CONNECT", f"$SYS.ACCOUNT.{DEVICES_ACCOUNT}.DISCONNECT")
_FLUSH_SECONDS = 0.1
_MOST_EVENTS = 2000

_CONNECTED = """
INSERT INTO enrollment_connection (tenant_id, device_id, server_id, client_id, since, ip_address)
SELECT d.tenant_id, d.id, e.server, e.client, e.at, e.ip
FROM unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::bigint[]) AS e (id, at, ip, server, client)
JOIN tenancy_device d ON d.id = e.id
ON CONFLICT DO NOTHING
"""
_ONLINE = """
INSERT INTO enrollment_presence (tenant_id, device_id, online, last_seen_at, ip_address)
SELECT DISTINCT ON (d.id) d.tenant_id, d.id, true, e.at, e.ip
FROM unnest($1::uuid[], $2::timestamptz[], $3::text[]) AS e (id, at, ip)
JOIN tenancy_device d ON d.id = e.id ORDER BY d.id, e.at DESC
ON CONFLICT (tenant_id, device_id) DO UPDATE SET online = true, last_seen_at = excluded.last_seen_at,
    ip_address = excluded.ip_address
RETURNING tenant_id, device_id
"""
_DISCONNECTED = """
DELETE FROM enrollment_connection c USING unnest($1::uuid[], $2::text[], $3::bigint[]) AS e (id, server, client)
WHERE c.device_id = e.id AND c.server_id = e.server AND c.client_id = e.client
"""
_OFFLINE = """
UPDATE enrollment_presence p SET online = false, last_seen_at = greatest(p.last_seen_at, e.at)
FROM (SELECT id, max(at) AS at FROM unnest($1::uuid[], $2::timestamptz[]) AS e (id, at) GROUP BY id) AS e
WHERE p.device_id = e.id AND p.online AND NOT EXISTS (
    SELECT FROM enrollment_connection c WHERE c.tenant_id = p.tenant_id AND c.device_id = p.device_id)
RETURNING p.tenant_id, p.device_id
"""
# Whoever connected while the bus was answering is not in its answer, and not gone.
_FORGET = """
DELETE FROM enrollment_connection c WHERE c.since < $3 AND NOT EXISTS (
    SELECT FROM unnest($1::text[], $2::bigint[]) AS e (server, client)
    WHERE e.server = c.server_id AND e.client = c.client_id)
"""
_ABSENT = """
UPDATE enrollment_presence p SET online = false, last_seen_at = now()
WHERE p.online AND p.last_seen_at < $1 AND NOT EXISTS (
    SELECT FROM enrollment_connection c WHERE c.tenant_id = p.tenant_id AND c.device_id = p.device_id)
RETURNING p.tenant_id, p.device_id
"""


class _Client(msgspec.Struct):
    id: int
    user: str = ""
    host: Annotated[str, Meta(max_length=100)] = ""


class _Server(msgspec.Struct):
    id: str


class _Event(msgspec.Struct):
    type: str
    server: _Server
    client: _Client
    timestamp: datetime


class _Seen(msgspec.Struct, frozen=True):
    device_id: UUID
    at: datetime
    ip_address: str
    server_id: str
    client_id: int


class PresenceTracker:
    """Keeps connections and presence true. Events go to every worker; writing twice is harmless."""

    def __init__(self, database: Database, system_bus: Client, monitor: BusMonitor) -> None:
        self._database = database
        self._system_bus = system_bus
        self._monitor = monitor
        self._events: asyncio.Queue[_Event] = asyncio.Queue()

    async def start(self) -> None:
        """Listen for events."""
        for subject in _EVENTS:
            await self._system_bus.subscribe(subject, cb=self._on_event)

    async def _on_event(self, message: Msg) -> None:
        with contextlib.suppress(msgspec.MsgspecError):
            self._events.put_nowait(msgspec.json.decode(message.data, type=_Event))

    async def run(self) -> None:
        """Write events in small batches, for ever."""
        while True:
            batch = [await self._events.get()]
            await asyncio.sleep(_FLUSH_SECONDS if self._events.qsize() > 0 else 0)
            while not self._events.empty() and len(batch) < _MOST_EVENTS:
                batch.append(self._events.get_nowait())
            await self._write_until_written(batch)

    async def _write_until_written(self, batch: list[_Event]) -> None:
        # What comes later must not be written before: who has left would be shown as there.
        while True:
            try:
                await self._write(batch)
            except Exception as error:  # noqa: BLE001 - the database may be away; nothing here is lost for good
                log.warning("presence_write_failed", error=repr(error))
                await asyncio.sleep(1)
            else:
                return

    async def _write(self, batch: list[_Event]) -> None:
        came: list[_Seen] = []
        went: list[_Seen] = []
        for event in batch:
            device_id = device_id_of(event.client.user)
            if device_id is None:
                continue
            seen = _Seen(device_id, event.timestamp, event.client.host, event.server.id, event.client.id)
            (came if event.type.endswith("client_connect") else went).append(seen)
        online: list[Record] = []
        offline: list[Record] = []
        async with self._database.writing(ALL_TENANTS) as tx:
            if came:
                online = await self._note_connected(tx.connection, came)
            if went:
                ids, times, _, servers, clients = _columns(went)
                await tx.connection.execute(_DISCONNECTED, ids, servers, clients)
                offline = await tx.connection.fetch(_OFFLINE, ids, times)
            _announce(tx, online, online=True)
            _announce(tx, offline, online=False)

    @staticmethod
    async def _note_connected(connection: Connection, came: Sequence[_Seen]) -> list[Record]:
        ids, times, addresses, servers, clients = _columns(came)
        await connection.execute(_CONNECTED, ids, times, addresses, servers, clients)
        rows: list[Record] = await connection.fetch(_ONLINE, ids, times, addresses)
        return rows

    async def reconcile(self) -> None:
        """Make the tables say what the bus says. A bus that does not answer changes nothing."""
        asked_at = utc_now()
        live = await self._monitor.connections()
        if live is None:
            return
        seen = [_Seen(one.device_id, asked_at, one.ip_address, one.server_id, one.client_id) for one in live]
        async with self._database.writing(ALL_TENANTS) as tx:
            online = await self._note_connected(tx.connection, seen) if seen else []
            servers, clients = [one.server_id for one in seen], [one.client_id for one in seen]
            await tx.connection.execute(_FORGET, servers, clients, asked_at)
            offline = await tx.connection.fetch(_ABSENT, asked_at)
            _announce(tx, online, online=True)
            _announce(tx, offline, online=False)
        log.info("presence_reconciled", online=len(online), absent=len(offline))


def _announce(tx: Transaction, rows: list[Record], *, online: bool) -> None:
    for row in rows:
        device_id = row["device_id"]
        tx.announce(Change("device", row["tenant_id"], device_id, device_id, online=online))


def _columns(seen: Sequence[_Seen]) -> tuple[list[object], ...]:
    return (
        [one.device_id for one in seen],
        [one.at for one in seen],
        [one.ip_address for one in seen],
        [one.server_id for one in seen],
        [one.client_id for one in seen],
    )
