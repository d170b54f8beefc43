"""Who is connected: from the bus's own connect and disconnect events, never by polling [R22].

Events may be missed while no worker listens; whoever becomes leader therefore
asks the bus once who is there, and asks again after its own connection broke.
"""

import asyncio
import contextlib
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
import structlog
from msgspec import Meta
from nats.aio.client import Client
from nats.aio.msg import Msg

from bosman_protocol.codes import Code
from bosman_server.audit.service import Actor, record_raw
from bosman_server.kit.bus.server_config import ACCOUNT
from bosman_server.kit.clock import utc_now
from bosman_server.kit.db.database import Database
from bosman_server.kit.db.scope import EMPTY_SCOPE
from bosman_server.kit.live import Change, announce
from bosman_server.tenancy.directory import DeviceDirectory

log = structlog.get_logger()

LOCK = 0x626F736D_0002
_EVENTS = (f"$SYS.ACCOUNT.{ACCOUNT}.CONNECT", f"$SYS.ACCOUNT.{ACCOUNT}.DISCONNECT")
_CONNECTIONS = "$SYS.REQ.SERVER.PING.CONNZ"
_PAGE = 1024
_GATHER_SECONDS = 1.5
_FLUSH_SECONDS = 0.1
_SWEEP_SECONDS = 5.0

# Of several connections the newest counts; an old one that ends must not put the new one offline.
_ONLINE = """
INSERT INTO enrollment_presence (tenant_id, device_id, online, last_seen_at, ip_address, bus_server_id, bus_client_id)
SELECT DISTINCT ON (d.id) d.tenant_id, d.id, true, e.at, e.ip, e.server, e.client
FROM unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::bigint[]) AS e (id, at, ip, server, client)
JOIN tenancy_device d ON d.id = e.id ORDER BY d.id, e.at DESC
ON CONFLICT (tenant_id, device_id) DO UPDATE SET online = true, last_seen_at = excluded.last_seen_at,
    ip_address = excluded.ip_address, bus_server_id = excluded.bus_server_id, bus_client_id = excluded.bus_client_id
RETURNING tenant_id, device_id
"""
_OFFLINE = """
UPDATE enrollment_presence p SET online = false, last_seen_at = greatest(p.last_seen_at, e.at)
FROM unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::bigint[]) AS e (id, at, server, client)
WHERE p.device_id = e.id AND p.bus_server_id = e.server AND p.bus_client_id = e.client AND p.online
RETURNING p.tenant_id, p.device_id
"""
_ABSENT = """
UPDATE enrollment_presence SET online = false, last_seen_at = now()
WHERE online AND device_id <> ALL ($1::uuid[]) AND last_seen_at < $2 RETURNING tenant_id, device_id
"""
_INTRUDERS = """
SELECT p.device_id, p.bus_server_id, p.bus_client_id FROM enrollment_presence p
JOIN tenancy_device d ON d.tenant_id = p.tenant_id AND d.id = p.device_id
WHERE p.online AND (d.status = 'revoked' OR NOT EXISTS (
    SELECT FROM enrollment_certificate c
    WHERE c.tenant_id = p.tenant_id AND c.device_id = p.device_id AND c.not_after > now()))
"""

# TLS itself turns an expired certificate away before anybody could ask us: the trail learns of it here.
_RUN_OUT = """
UPDATE enrollment_certificate c SET expiry_noted_at = now()
FROM tenancy_device d
WHERE d.tenant_id = c.tenant_id AND d.id = c.device_id AND d.status = 'active'
  AND c.not_after <= now() AND c.expiry_noted_at IS NULL
  AND NOT EXISTS (SELECT FROM enrollment_certificate n
                  WHERE n.tenant_id = c.tenant_id AND n.device_id = c.device_id AND n.not_after > c.not_after)
RETURNING c.tenant_id, c.device_id, d.hostname, c.not_after
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


class _Connection(msgspec.Struct):
    cid: int
    ip: str = ""
    authorized_user: str = ""


class _Connections(msgspec.Struct):
    connections: list[_Connection] = []


class _ConnectionsReply(msgspec.Struct):
    server: _Server
    data: _Connections


def _device_id(user: str) -> UUID | None:
    with contextlib.suppress(ValueError):
        return UUID(user)
    return None  # one of our own services


class PresenceTracker:
    """Keeps `enrollment_presence` true and the shut-out out. Events go to every worker; writing twice is harmless."""

    def __init__(self, database: Database, system_bus: Client, bus: Client, directory: DeviceDirectory) -> None:
        self._database = database
        self._system_bus = system_bus
        self._bus = bus
        self._directory = directory
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
            while not self._events.empty() and len(batch) < 2000:
                batch.append(self._events.get_nowait())
            try:
                await self._write(batch)
            except Exception as error:  # noqa: BLE001 - the database may be away; nothing here is lost for good
                log.warning("presence_write_failed", error=repr(error))
                await asyncio.sleep(1)
                for event in batch:
                    self._events.put_nowait(event)

    async def _write(self, batch: list[_Event]) -> None:
        online: list[Any] = []
        offline: list[Any] = []
        for event in batch:
            device_id = _device_id(event.client.user)
            if device_id is None:
                continue
            item = (device_id, event.timestamp, event.client.host, event.server.id, event.client.id)
            (online if event.type.endswith("client_connect") else offline).append(item)
        await self._mark(online, offline)

    async def _mark(self, online: list[Any], offline: list[Any]) -> None:
        came: list[Any] = []
        went: list[Any] = []
        async with self._database.writing(EMPTY_SCOPE) as connection:
            if online:
                ids, times, hosts, servers, clients = (list(column) for column in zip(*online, strict=True))
                came = await connection.fetch(_ONLINE, ids, times, hosts, servers, clients)
            if offline:
                ids, times, _, servers, clients = (list(column) for column in zip(*offline, strict=True))
                went = await connection.fetch(_OFFLINE, ids, times, servers, clients)
        await self._announce(came, online=True)
        await self._announce(went, online=False)

    async def _announce(self, rows: list[Any], *, online: bool) -> None:
        for row in rows:
            device_id = row["device_id"]
            await announce(self._bus, Change("device", row["tenant_id"], device_id, device_id, online=online))

    async def lead(self) -> None:
        """On the leader: ask who is there, then see every few seconds that nobody unwelcome is."""
        await self.reconcile()
        breaks = self._system_bus.stats["reconnects"]
        while True:
            await asyncio.sleep(_SWEEP_SECONDS)
            if self._system_bus.stats["reconnects"] != breaks:
                breaks = self._system_bus.stats["reconnects"]
                await self.reconcile()
            await self.sweep()

    async def reconcile(self) -> None:
        """Make the table say what the bus says. A bus that does not answer changes nothing."""
        asked_at = utc_now()
        replies = await self._connections()
        if not replies:
            return
        online = [
            (device_id, asked_at, item.ip, reply.server.id, item.cid)
            for reply in replies
            for item in reply.data.connections
            if (device_id := _device_id(item.authorized_user)) is not None
        ]
        await self._mark(online, [])
        # Whoever connected while the bus was answering is not in its answer, and not absent.
        async with self._database.writing(EMPTY_SCOPE) as connection:
            went = await connection.fetch(_ABSENT, [item[0] for item in online], asked_at)
        await self._announce(went, online=False)
        log.info("presence_reconciled", online=len(online), absent=len(went))

    async def _connections(self) -> list[_ConnectionsReply]:
        found: list[_ConnectionsReply] = []
        offset = 0
        while True:
            page = await self._page(offset)
            found += page
            if not any(len(reply.data.connections) >= _PAGE for reply in page):
                return found
            offset += _PAGE

    async def _page(self, offset: int) -> list[_ConnectionsReply]:
        inbox = self._system_bus.new_inbox()
        replies: list[_ConnectionsReply] = []
        subscription = await self._system_bus.subscribe(inbox)
        options = {"auth": True, "acc": ACCOUNT, "limit": _PAGE, "offset": offset}
        await self._system_bus.publish(_CONNECTIONS, msgspec.json.encode(options), reply=inbox)
        try:
            async with asyncio.timeout(_GATHER_SECONDS):
                while True:
                    message = await subscription.next_msg(timeout=_GATHER_SECONDS)
                    replies.append(msgspec.json.decode(message.data, type=_ConnectionsReply))
        except TimeoutError:
            return replies
        finally:
            await subscription.unsubscribe()

    async def sweep(self) -> None:
        """Cut connections of revoked devices and of expired certificates [R7]; note what ran out unrenewed."""
        async with self._database.writing(EMPTY_SCOPE) as connection:
            rows = await connection.fetch(_INTRUDERS)
            for out in await connection.fetch(_RUN_OUT):
                actor = Actor("device", out["device_id"], out["hostname"])
                await record_raw(
                    connection, out["tenant_id"], actor, "device.connect", target=("device", out["device_id"]),
                    after={"not_after": out["not_after"]}, refused=Code.CERTIFICATE_EXPIRED.value,
                )  # fmt: skip
        for row in rows:
            await self._kick(row["device_id"], row["bus_server_id"], row["bus_client_id"])

    async def on_revoked(self, message: Msg) -> None:
        """Devices (ids with spaces between) have just been shut out: do not wait for the sweep."""
        ids = [_device_id(part) for part in message.data.decode(errors="replace").split()]
        for device_id in filter(None, ids):
            self._directory.forget(device_id)
        if any(ids):
            await self.sweep()

    async def _kick(self, device_id: UUID, server_id: str, client_id: int) -> None:
        subject = f"$SYS.REQ.SERVER.{server_id}.KICK"
        try:
            await self._system_bus.request(subject, msgspec.json.encode({"cid": client_id}), timeout=2)
            log.info("device_kicked", device_id=str(device_id))
        except Exception as error:  # noqa: BLE001 - the sweep comes again
            log.warning("kick_failed", device_id=str(device_id), error=repr(error))
