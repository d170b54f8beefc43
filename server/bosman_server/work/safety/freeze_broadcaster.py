"""Tells devices of a changed freeze: at once, and again until it is noted that they were told."""

import msgspec
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg

from bosman_protocol import subjects
from bosman_server.kit import live
from bosman_server.kit.db.database import Database
from bosman_server.kit.db.scope import ALL_TENANTS
from bosman_server.kit.db.transaction import Record
from bosman_server.kit.periodic import Periodic
from bosman_server.work.safety.freeze_orders import FreezeOrderSigner
from bosman_server.work.safety.rules import FLEET
from bosman_server.work.safety.service import CHANGED_SUBJECT

log = structlog.get_logger()

_PERIOD_SECONDS = 3.0
_PART = 500

_UNTOLD = """
SELECT tenant_id, frozen, version, reason, changed_at FROM safety_freeze WHERE version > announced_version
"""
_TOLD = "UPDATE safety_freeze SET announced_version = $2 WHERE tenant_id = $1 AND announced_version < $2"
_DEVICES = """
SELECT id FROM tenancy_device WHERE status = 'active' AND ($1 OR tenant_id = $2)
"""
# Nobody who asks the api may see every tenant: the fleet's figures are counted here.
_COUNT = """
WITH counted AS (
    SELECT count(*) AS devices,
           count(*) FILTER (WHERE o.version >= f.version) AS obeying,
           count(*) FILTER (WHERE o.version IS DISTINCT FROM f.version AND NOT coalesce(p.online, false)) AS offline
    FROM safety_freeze f JOIN tenancy_device d ON d.status = 'active'
    LEFT JOIN safety_obedience o ON o.tenant_id = d.tenant_id AND o.device_id = d.id AND o.scope_id = f.tenant_id
    LEFT JOIN enrollment_presence p ON p.tenant_id = d.tenant_id AND p.device_id = d.id
    WHERE f.tenant_id = $1 AND (f.frozen OR f.changed_at > now() - interval '1 day')
)
UPDATE safety_freeze f SET device_count = c.devices, acknowledged_count = c.obeying, offline_count = c.offline
FROM counted c WHERE f.tenant_id = $1 AND c.devices > 0
  AND (f.device_count, f.acknowledged_count, f.offline_count) IS DISTINCT FROM (c.devices, c.obeying, c.offline)
RETURNING f.tenant_id
"""


class FreezeBroadcaster:
    """Every worker has one; telling twice is harmless, an order that is known changes nothing."""

    def __init__(self, database: Database, bus: Client, orders: FreezeOrderSigner) -> None:
        self._database = database
        self._bus = bus
        self._orders = orders

    async def start(self) -> None:
        """Listen for changes; the bus gives each to one worker."""
        await self._bus.subscribe(CHANGED_SUBJECT, queue="freeze", cb=self._on_changed)

    async def _on_changed(self, _message: Msg) -> None:
        try:
            await self.run_once()
        except Exception:
            log.exception("freeze_not_told")

    def periodic(self) -> tuple[Periodic, ...]:
        """Every few seconds: what no message told of, and who obeys."""
        return (
            Periodic("freeze", _PERIOD_SECONDS, self.run_once),
            Periodic("freeze.count", _PERIOD_SECONDS, self.count),
        )

    async def run_once(self) -> int:
        """Push what has not been pushed. Returns how many orders that were."""
        async with self._database.reading(ALL_TENANTS) as connection:
            rows = await connection.fetch(_UNTOLD)
        for row in rows:
            told = await self._tell(row)
            async with self._database.writing(ALL_TENANTS) as tx:
                await tx.connection.execute(_TOLD, row["tenant_id"], row["version"])
            log.info("freeze_told", scope=str(row["tenant_id"]), frozen=row["frozen"], devices=told)
        return len(rows)

    async def _tell(self, row: Record) -> int:
        payload = msgspec.json.encode(self._orders.sign(row))
        fleet = row["tenant_id"] == FLEET
        async with self._database.reading(ALL_TENANTS) as connection:
            devices = await connection.fetch(_DEVICES, fleet, row["tenant_id"])
        for number, device in enumerate(devices, 1):
            await self._bus.publish(subjects.freeze(device["id"]), payload)
            if number % _PART == 0:
                await self._bus.flush(timeout=10)
        await self._bus.flush(timeout=10)
        await self._announce(row, fleet=fleet)
        return len(devices)

    async def _announce(self, row: Record, *, fleet: bool) -> None:
        tenant_ids = [row["tenant_id"]]
        if fleet:
            async with self._database.reading(ALL_TENANTS) as connection:
                tenant_ids = [tenant["id"] for tenant in await connection.fetch("SELECT id FROM tenancy_tenant")]
        for tenant_id in tenant_ids:
            await live.announce(self._bus, live.Change("freeze", tenant_id))

    async def count(self) -> None:
        """Bring the fleet's figures up to date, if it was ever frozen."""
        async with self._database.writing(ALL_TENANTS) as tx:
            await tx.connection.execute(_COUNT, FLEET)
