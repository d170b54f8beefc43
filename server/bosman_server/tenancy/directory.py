"""Which tenant a device belongs to and whether it may talk: asked for every message, so kept in memory briefly.

The worker's role sees every tenant; a device id comes from a subject that the
bus has already tied to its certificate.
"""

import asyncio
import time
from typing import Any
from uuid import UUID

import msgspec

from bosman_server.kit.db.database import Database
from bosman_server.kit.db.scope import TenantId

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
    """Devices by id, at most half a minute old; a revocation here forgets at once.

    Questions that come while a query runs are asked together in the next one: a
    thousand agents that come back at once cost a handful of queries.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[UUID, tuple[float, KnownDevice | None]] = {}
        self._wanted: dict[UUID, asyncio.Future[KnownDevice | None]] = {}
        self._asking: asyncio.Task[None] | None = None

    async def find(self, device_id: UUID, *, fresh: bool = False) -> KnownDevice | None:
        """The device, or None when there is none (any more). Raises what the database raises."""
        kept = self._known.get(device_id)
        if kept is not None and not fresh and time.monotonic() - kept[0] < _TTL_SECONDS:
            return kept[1]
        if device_id not in self._wanted:
            self._wanted[device_id] = asyncio.get_running_loop().create_future()
        answer = self._wanted[device_id]
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask())
        return await asyncio.shield(answer)

    async def _ask(self) -> None:
        while self._wanted:
            wanted, self._wanted = self._wanted, {}
            try:
                async with self._database.pool.acquire() as connection:
                    rows: list[Any] = await connection.fetch(_SOME, list(wanted))
            except Exception as error:  # noqa: BLE001 - whoever asked gets it
                for future in wanted.values():
                    future.set_exception(error)
                continue
            self._answer(wanted, rows)

    def _answer(self, wanted: "dict[UUID, asyncio.Future[KnownDevice | None]]", rows: list[Any]) -> None:
        now = time.monotonic()
        found = {
            row["id"]: KnownDevice(row["id"], TenantId(row["tenant_id"]), row["hostname"], row["status"] == "active")
            for row in rows
        }
        if len(self._known) >= _MAX_ENTRIES:
            self._known.clear()
        for device_id, future in wanted.items():
            device = found.get(device_id)
            self._known[device_id] = (now, device)
            future.set_result(device)

    def forget(self, device_id: UUID) -> None:
        """Its state has changed."""
        self._known.pop(device_id, None)
