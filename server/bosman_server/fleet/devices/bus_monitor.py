"""Who is connected, as the bus itself says, and the means to cut a connection."""

import contextlib
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

import msgspec
import structlog
from msgspec import Meta
from nats.aio.client import Client

from bosman_server.kit.bus.rights import DEVICES_ACCOUNT

log = structlog.get_logger()

_CONNECTIONS = "$SYS.REQ.SERVER.PING.CONNZ"
_PAGE = 1024
_FIRST_SECONDS = 2.0
_QUIET_SECONDS = 0.4
"""Every server of a cluster answers; who has not done so that long after the others is not waited for."""
_KICK_SECONDS = 2.0


class _PeerCertificate(msgspec.Struct):
    cert_sha256: str = ""


class _Connection(msgspec.Struct):
    cid: int
    start: datetime
    last_activity: datetime
    ip: Annotated[str, Meta(max_length=100)] = ""
    name: str = ""
    authorized_user: str = ""
    tls_peer_certs: list[_PeerCertificate] = []


class _Server(msgspec.Struct):
    id: str


class _Connections(msgspec.Struct):
    connections: list[_Connection] = []


class _Reply(msgspec.Struct):
    server: _Server
    data: _Connections


class LiveConnection(msgspec.Struct, frozen=True):
    """One connection of a device."""

    device_id: UUID
    server_id: str
    client_id: int
    since: datetime
    last_activity: datetime
    ip_address: str
    client_name: str
    """What the client calls itself: hostile text."""
    fingerprint: str
    """SHA-256 of its certificate, hex; empty where the bus does not say."""

    def is_quiet(self, now: datetime, longer_than: timedelta) -> bool:
        """Whether nothing came over it for so long."""
        return now - self.last_activity > longer_than


def device_id_of(user: str) -> UUID | None:
    """The device that a user of the bus is; None for one of our own services."""
    with contextlib.suppress(ValueError):
        return UUID(user)
    return None


class BusMonitor:
    """Questions to the system account of the bus."""

    def __init__(self, system_bus: Client) -> None:
        self._bus = system_bus

    @property
    def reconnects(self) -> int:
        """How often the connection to the bus came back: events were missed each time."""
        return int(self._bus.stats["reconnects"])

    async def connections(self, device_id: UUID | None = None) -> list[LiveConnection] | None:
        """The live connections of one device, or of all; None where no server answers, be it for a later page.

        A part of them would say of all others that they are gone.
        """
        found: list[LiveConnection] = []
        offset = 0
        while True:
            page = await self._page(device_id, offset)
            if not page:
                return None
            found += [live for reply in page for live in _of_devices(reply)]
            if not any(len(reply.data.connections) >= _PAGE for reply in page):
                return found
            offset += _PAGE

    async def _page(self, device_id: UUID | None, offset: int) -> list[_Reply]:
        inbox = self._bus.new_inbox()
        replies: list[_Reply] = []
        subscription = await self._bus.subscribe(inbox)
        options = {"auth": True, "acc": DEVICES_ACCOUNT, "limit": _PAGE, "offset": offset}
        if device_id is not None:
            options["user"] = str(device_id)
        await self._bus.publish(_CONNECTIONS, msgspec.json.encode(options), reply=inbox)
        try:
            while True:
                message = await subscription.next_msg(timeout=_QUIET_SECONDS if replies else _FIRST_SECONDS)
                replies.append(msgspec.json.decode(message.data, type=_Reply))
        except TimeoutError:
            return replies
        finally:
            await subscription.unsubscribe()

    async def kick(self, connection: LiveConnection) -> None:
        """Cut one connection. Whoever asked looks again whether it worked."""
        subject = f"$SYS.REQ.SERVER.{connection.server_id}.KICK"
        payload = msgspec.json.encode({"cid": connection.client_id})
        try:
            await self._bus.request(subject, payload, timeout=_KICK_SECONDS)
            log.info("device_kicked", device_id=str(connection.device_id), client_id=connection.client_id)
        except Exception as error:  # noqa: BLE001 - tried again by the next look
            log.warning("kick_failed", device_id=str(connection.device_id), error=repr(error))


def _of_devices(reply: _Reply) -> list[LiveConnection]:
    return [
        LiveConnection(
            device_id,
            reply.server.id,
            item.cid,
            item.start,
            item.last_activity,
            item.ip,
            item.name,
            item.tls_peer_certs[0].cert_sha256 if item.tls_peer_certs else "",
        )
        for item in reply.data.connections
        if (device_id := device_id_of(item.authorized_user)) is not None
    ]
