"""Changes to devices. Every function runs in the caller's transaction and tenant scope."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bosman_protocol.codes import Code
from bosman_server.core.audit.service import record
from bosman_server.core.identity.access import Access
from bosman_server.fleet.devices.models import Device
from bosman_server.fleet.tenancy.models import Site
from bosman_server.kit.db.database import Database
from bosman_server.kit.db.scope import TenantId
from bosman_server.kit.db.transaction import Connection, Transaction
from bosman_server.kit.problems import Problem, not_found


async def check_devices(session: AsyncSession, tenant_id: TenantId, device_ids: Sequence[UUID]) -> None:
    """That devices belong to a tenant. Raises Problem 404."""
    query = select(func.count()).where(Device.tenant_id == tenant_id, Device.id.in_(device_ids))
    if await session.scalar(query) != len(set(device_ids)):
        raise not_found()


async def get_device(session: AsyncSession, device_id: UUID, *, lock: bool = False) -> Device:
    """A device in scope; `lock`: nobody else changes it meanwhile. Raises Problem 404."""
    query = select(Device).where(Device.id == device_id)
    device = await session.scalar(query.with_for_update() if lock else query)
    if device is None:
        raise not_found()
    return device


async def move_devices(tx: Transaction, access: Access, device_ids: Sequence[UUID], site: Site) -> int:
    """Move devices within their tenant. Raises Problem 404 when one is not there, 409 for another tenant's site."""
    devices = (await tx.session.scalars(select(Device).where(Device.id.in_(device_ids)).with_for_update())).all()
    if len(devices) != len(set(device_ids)):
        raise not_found()
    for device in devices:
        access.check_site(device.tenant_id, device.site_id)
    if any(device.tenant_id != site.tenant_id for device in devices):
        raise Problem(409, Code.SITE_OTHER_TENANT)
    moved = [device for device in devices if device.site_id != site.id]
    for device in moved:
        before = {"site_id": device.site_id}
        device.site_id = site.id
        device.version += 1
        target = ("device", device.id)
        after = {"site_id": site.id}
        record(tx, site.tenant_id, access.actor, "device.move", target=target, before=before, after=after)
    return len(moved)


def add_device(
    session: AsyncSession,
    tenant_id: TenantId,
    device_id: UUID,
    site_id: UUID,
    hostname: str,
    os_family: str,
    version: str,
) -> Device:
    """A device that has just enrolled."""
    device = Device(
        tenant_id=tenant_id,
        id=device_id,
        site_id=site_id,
        hostname=hostname,
        os_family=os_family,
        agent_version=version,
    )
    session.add(device)
    return device


async def describe_device(
    connection: Connection, tenant_id: TenantId, device_id: UUID, hostname: str, os_name: str, os_version: str
) -> None:
    """Fresh facts say who the device is (ingest; a bare connection)."""
    await connection.execute(
        "UPDATE tenancy_device SET hostname = $3, os_name = $4, os_version = $5 WHERE tenant_id = $1 AND id = $2"
        " AND (hostname, os_name, os_version) IS DISTINCT FROM ($3, $4, $5)",
        tenant_id,
        device_id,
        hostname or "unnamed",
        os_name,
        os_version,
    )


async def set_agent_version(connection: Connection, tenant_id: TenantId, device_id: UUID, version: str) -> None:
    """The agent has started and says which version it is (ingest; a bare connection)."""
    await connection.execute(
        "UPDATE tenancy_device SET agent_version = $3 WHERE tenant_id = $1 AND id = $2 AND agent_version <> $3",
        tenant_id,
        device_id,
        version,
    )


async def check_device(database: Database, access: Access, device_id: UUID) -> TenantId:
    """The tenant of a device, checked. Raises Problem 404 or 403."""
    async with database.reading(access.visible) as connection:
        row = await connection.fetchrow("SELECT tenant_id, site_id FROM tenancy_device WHERE id = $1", device_id)
    if row is None:
        raise not_found()
    return access.check_site(row["tenant_id"], row["site_id"])
