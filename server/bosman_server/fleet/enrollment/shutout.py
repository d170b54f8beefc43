"""Shutting devices out: by identity, on every server, until no connection is left [R7].

Also the watch over identities that are used twice: of two live connections of a device one has to go.
"""

import asyncio
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

import structlog
from nats.aio.msg import Msg

from bosman_protocol.codes import Code
from bosman_server.core.audit.device_trail import DeviceTrail
from bosman_server.fleet.devices.bus_monitor import BusMonitor, LiveConnection, device_id_of
from bosman_server.fleet.devices.directory import DeviceDirectory
from bosman_server.fleet.devices.presence import PresenceTracker
from bosman_server.fleet.enrollment.admissions import Admissions, instance_of
from bosman_server.kit.clock import utc_now
from bosman_server.kit.db.database import Database
from bosman_server.kit.db.scope import ALL_TENANTS
from bosman_server.kit.periodic import Periodic

log = structlog.get_logger()

_SWEEP_SECONDS = 5.0
_FULL_LOOK_SECONDS = 300.0
_SETTLE_SECONDS = 2.0
"""A connection that has just ended may still be listed; one that replaces another overlaps with it."""
_ASK_SINGLY = 20
"""More devices than this are looked up by one list of all connections."""
_TRIES = 20
_TRY_SECONDS = 0.25
_DEAD_AFTER = timedelta(seconds=150)
"""An agent pings every minute: silence beyond this is a connection whose other end has gone without a word."""

_INTRUDERS = """
SELECT DISTINCT c.device_id FROM enrollment_connection c
JOIN tenancy_device d ON d.tenant_id = c.tenant_id AND d.id = c.device_id
WHERE d.status = 'revoked' OR NOT EXISTS (
    SELECT FROM enrollment_certificate k
    WHERE k.tenant_id = c.tenant_id AND k.device_id = c.device_id AND k.not_after > now())
"""

_SEVERAL = "SELECT device_id FROM enrollment_connection GROUP BY device_id HAVING count(*) > 1"

# TLS itself turns an expired certificate away before anybody could ask us: the trail learns of it here.
_RUN_OUT = """
UPDATE enrollment_certificate c SET expiry_noted_at = now()
FROM tenancy_device d
WHERE d.tenant_id = c.tenant_id AND d.id = c.device_id AND d.status = 'active'
  AND c.not_after <= now() AND c.expiry_noted_at IS NULL
  AND NOT EXISTS (SELECT FROM enrollment_certificate n
                  WHERE n.tenant_id = c.tenant_id AND n.device_id = c.device_id AND n.not_after > c.not_after)
RETURNING c.device_id, c.not_after
"""


class Shutout:
    """Cuts what may not be connected. Any worker may; the leader looks regularly."""

    def __init__(
        self,
        database: Database,
        monitor: BusMonitor,
        directory: DeviceDirectory,
        presence: PresenceTracker,
        admissions: Admissions,
        trail: DeviceTrail,
    ) -> None:
        self._database = database
        self._monitor = monitor
        self._directory = directory
        self._presence = presence
        self._admissions = admissions
        self._breaks = 0
        self._looked_at = 0.0
        self._trail = trail
        self._overlapping: set[UUID] = set()
        self._settling: asyncio.Task[None] | None = None

    def periodic(self) -> Periodic:
        """Who is there is asked at first, then every few seconds whether somebody unwelcome is."""
        return Periodic("presence", _SWEEP_SECONDS, self.run_once, begin=self._ask_for_all)

    async def _ask_for_all(self) -> None:
        self._breaks = self._monitor.reconnects
        await self._presence.reconcile()
        await self.look_at_all()
        self._looked_at = asyncio.get_running_loop().time()

    async def run_once(self) -> None:
        """One look; a full one now and again, and after the bus was away."""
        if self._monitor.reconnects != self._breaks:
            self._breaks = self._monitor.reconnects
            await self._presence.reconcile()
        await self.sweep()
        if asyncio.get_running_loop().time() - self._looked_at > _FULL_LOOK_SECONDS:
            await self._ask_for_all()

    async def sweep(self) -> None:
        """Cut revoked devices and those whose certificates ran out; note what ran out unrenewed."""
        async with self._database.writing(ALL_TENANTS) as tx:
            intruders = [row["device_id"] for row in await tx.connection.fetch(_INTRUDERS)]
            run_out = await tx.connection.fetch(_RUN_OUT)
            several = await tx.connection.fetch(_SEVERAL)
        for row in several:
            self.watch(row["device_id"])
        for row in run_out:
            device = await self._directory.find(row["device_id"])
            if device is not None:
                code = Code.CERTIFICATE_EXPIRED.value
                await self._trail.record(device, "device.connect", after={"not_after": row["not_after"]}, refused=code)
        for device_id in intruders:
            await self.cut(device_id)

    async def look_at_all(self) -> None:
        """Cut every connection whose device is gone or revoked, whatever the tables say of connections."""
        for device_id in {one.device_id for one in await self._monitor.connections() or []}:
            device = await self._directory.find(device_id, fresh=True)
            if device is None or not device.active:
                await self.cut(device_id)

    async def on_revoked(self, message: Msg) -> None:
        """Devices (ids with spaces between) have just been shut out: do not wait for the sweep."""
        ids = [device_id_of(part) for part in message.data.decode(errors="replace").split()]
        for device_id in filter(None, ids):
            device = await self._directory.find(device_id, fresh=True)
            if device is None or not device.active:
                await self.cut(device_id)

    async def cut(self, device_id: UUID) -> None:
        """Cut all connections of a device on all servers, and look until none is left."""
        for _ in range(_TRIES):
            live = await self._monitor.connections(device_id)
            # No answer is not "nobody": it is asked again.
            if live is not None and not live:
                return
            for connection in live or ():
                await self._monitor.kick(connection)
            await asyncio.sleep(_TRY_SECONDS)
        log.error("device_not_cut", device_id=str(device_id))

    def watch(self, device_id: UUID) -> None:
        """A device was let in: see soon that it has no other connection."""
        self._overlapping.add(device_id)
        if self._settling is None or self._settling.done():
            self._settling = asyncio.create_task(self._settle())

    async def _settle(self) -> None:
        while self._overlapping:
            await asyncio.sleep(_SETTLE_SECONDS)
            wanted, self._overlapping = self._overlapping, set()
            try:
                for connections in await self._live(wanted):
                    await self._keep_newest(connections)
            except Exception:
                log.exception("overlap_look_failed")

    async def _live(self, wanted: set[UUID]) -> Iterable[list[LiveConnection]]:
        """The connections of those of the devices that have more than one."""
        found: dict[UUID, list[LiveConnection]] = {}
        if len(wanted) > _ASK_SINGLY:
            everyone = await self._monitor.connections() or []
        else:
            everyone = [one for device_id in wanted for one in await self._monitor.connections(device_id) or []]
        for one in everyone:
            if one.device_id in wanted:
                found.setdefault(one.device_id, []).append(one)
        return [connections for connections in found.values() if len(connections) > 1]

    async def _keep_newest(self, connections: list[LiveConnection]) -> None:
        *older, newest = sorted(connections, key=lambda one: (one.since, one.client_id))
        for one in older:
            if self._is_second_use(one, newest):
                await self._tell(one, newest)
            await self._monitor.kick(one)

    @staticmethod
    def _is_second_use(older: LiveConnection, newest: LiveConnection) -> bool:
        """Whether two machines share an identity: not a renewal, not the same process over another network."""
        if older.fingerprint != newest.fingerprint or older.is_quiet(utc_now(), _DEAD_AFTER):
            return False
        instance = instance_of(older.client_name)
        return not instance or instance != instance_of(newest.client_name)

    async def _tell(self, older: LiveConnection, newest: LiveConnection) -> None:
        device = await self._directory.find(newest.device_id)
        if device is None:
            return
        log.warning("device_identity_used_twice", device_id=str(device.id))
        after = {"addresses": [older.ip_address, newest.ip_address], "since": older.since}
        await self._trail.record(device, "device.connect", after=after, refused=Code.DEVICE_CLONED.value)
        await self._admissions.note_clone(device)
