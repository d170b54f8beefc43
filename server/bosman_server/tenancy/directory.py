"""Which tenant a device belongs to and whether it may talk: asked for every message, so kept in memory briefly.

The worker's role sees every tenant; a device id comes from a subject that the
bus has already tied to its certificate.
"""

import time
from typing import Any
from uuid import UUID

import msgspec

from bosman_server.kit.db.database import Database
from bosman_server.kit.db.scope import TenantId

_TTL_SECONDS = 30.0
_MAX_ENTRIES = 50_000

_ONE = "SELECT tenant_id, hostname, status FROM tenancy_device WHERE id = $1"


class KnownDevice(msgspec.Struct, frozen=True):
    """A device as ingest needs it."""

    id: UUID
    tenant_id: TenantId
    hostname: str
    active: bool


class DeviceDirectory:
    """Devices by id, at most half a minute old; a revocation here forgets at once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[UUID, tuple[float, KnownDevice | None]] = {}

    async def find(self, device_id: UUID, *, fresh: bool = False) -> KnownDevice | None:
        """The device, or None when there is none (any more)."""
        now = time.monotonic()
        kept = self._known.get(device_id)
        if kept is not None and not fresh and now - kept[0] < _TTL_SECONDS:
            return kept[1]
        async with self._database.pool.acquire() as connection:
            row: Any = await connection.fetchrow(_ONE, device_id)
        device = (
            KnownDevice(device_id, TenantId(row["tenant_id"]), row["hostname"], row["status"] == "active")
            if row
            else None
        )
        if len(self._known) >= _MAX_ENTRIES:
            self._known.clear()
        self._known[device_id] = (now, device)
        return device

    def forget(self, device_id: UUID) -> None:
        """Its state has changed."""
        self._known.pop(device_id, None)
