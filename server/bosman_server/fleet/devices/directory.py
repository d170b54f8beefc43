"""Which tenant a device belongs to and whether it may talk: asked for every message, so kept in memory briefly.

The worker's role sees every tenant; a device id comes from a subject that the
bus has already tied to its certificate.
"""

import time
from uuid import UUID

import msgspec

from bosman_server.kit.batching import Batcher
from bosman_server.kit.db.database import Database
from bosman_server.kit.db.scope import TenantId
from bosman_server.kit.db.transaction import Record

_TTL_SECONDS = 30.0
_MAX_ENTRIES = 50_000

_SOME = "SELECT id, tenant_id, hostname, status FROM tenancy_device WHERE id = ANY ($1::uuid[])"


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
        self._batcher = Batcher(self._ask)

    async def find(self, device_id: UUID, *, fresh: bool = False) -> KnownDevice | None:
        """The device, or None when there is none (any more). Raises what the database raises."""
        kept = self._known.get(device_id)
        if kept is not None and not fresh and time.monotonic() - kept[0] < _TTL_SECONDS:
            return kept[1]
        device = await self._batcher.get(device_id)
        if len(self._known) >= _MAX_ENTRIES:
            self._known.clear()
        self._known[device_id] = (time.monotonic(), device)
        return device

    def cached(self, device_id: UUID) -> KnownDevice | None:
        """The device if it is in memory, without asking: for what a flood must not make a query of."""
        kept = self._known.get(device_id)
        return None if kept is None or time.monotonic() - kept[0] >= _TTL_SECONDS else kept[1]

    async def _ask(self, device_ids: list[UUID]) -> dict[UUID, KnownDevice]:
        async with self._database.unscoped() as connection:
            rows: list[Record] = await connection.fetch(_SOME, device_ids)
        return {
            row["id"]: KnownDevice(row["id"], TenantId(row["tenant_id"]), row["hostname"], row["status"] == "active")
            for row in rows
        }

    def forget(self, device_id: UUID) -> None:
        """Its state has changed."""
        self._known.pop(device_id, None)
