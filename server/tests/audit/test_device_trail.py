"""Sums of what devices repeat: what cannot be written is kept, also for a device that goes on meanwhile."""

import asyncio
from contextlib import asynccontextmanager
from typing import Any

import msgspec

from bosman_server.core.audit.device_trail import DeviceTrail
from bosman_server.fleet.devices.directory import KnownDevice
from bosman_server.kit.db.database import DatabaseUnavailableError
from bosman_server.kit.db.scope import TenantScope
from bosman_server.kit.ids import uuid7

ENTRIES = "SELECT after FROM audit_entry WHERE tenant_id = $1 AND device_id = $2"


class Database:
    """A database that may be away."""

    def __init__(self, database):
        self.database = database
        self.is_away = True

    @asynccontextmanager
    async def writing(self, scope):
        await asyncio.sleep(0)
        if self.is_away:
            raise DatabaseUnavailableError
        async with self.database.writing(scope) as tx:
            yield tx


async def test_what_is_counted_while_the_database_is_away_is_added_to_what_could_not_be_written(acme, worker_database):
    database: Any = Database(worker_database)
    trail, device = DeviceTrail(database), KnownDevice(uuid7(), acme.id, "pc-1", active=True)

    def knock(times):
        return sum(not trail.admits(device, "device.lease", refused="device.quota") for _ in range(times))

    counted = knock(20)
    flushing = asyncio.create_task(trail.flush())
    await asyncio.sleep(0)
    counted += knock(5)
    await flushing
    database.is_away = False
    await trail.flush()
    async with worker_database.reading(TenantScope.of([acme.id])) as connection:
        rows = await connection.fetch(ENTRIES, acme.id, device.id)
    assert [msgspec.json.decode(row["after"])["count"] for row in rows] == [counted]
