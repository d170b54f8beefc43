"""Devices that work is for."""

from dataclasses import dataclass
from uuid import UUID

from bosman_protocol.codes import Code
from bosman_server.core.identity.access import Access
from bosman_server.fleet.devices.queries import PLACES_OF
from bosman_server.kit.db.transaction import Connection
from bosman_server.kit.problems import Problem, not_found


@dataclass(frozen=True, slots=True)
class TargetDevice:
    """A device that work is for."""

    tenant_id: UUID
    id: UUID


async def active_devices(connection: Connection, access: Access, device_ids: list[UUID]) -> list[TargetDevice]:
    """Devices that work can be for, checked. Raises Problem 404, 403, 409 `device.revoked`."""
    rows = await connection.fetch(PLACES_OF, device_ids)
    if len(rows) != len(set(device_ids)):
        raise not_found()
    access.check_sites((row["tenant_id"], row["site_id"]) for row in rows)
    if any(row["status"] != "active" for row in rows):
        raise Problem(409, Code.DEVICE_REVOKED)
    return [TargetDevice(row["tenant_id"], row["id"]) for row in rows]
