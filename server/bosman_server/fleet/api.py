"""Routes of devices: the list, one device, shutting one out."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from fastapi import APIRouter, Depends, Query, Response

from bosman_server.enrollment import service as enrollment
from bosman_server.fleet.queries import DEVICES, filter_values
from bosman_server.fleet.schemas import DeviceOut, DeviceRowOut
from bosman_server.identity.access import Access, require
from bosman_server.identity.permissions import Permission
from bosman_server.inventory import service as inventory
from bosman_server.kit.db.scope import TenantScope
from bosman_server.kit.live import Change, announce
from bosman_server.kit.paging import Page, PageRequest, SearchText
from bosman_server.kit.problems import not_found
from bosman_server.kit.runtime import Runtime, runtime_of
from bosman_server.tenancy import service as tenancy
from bosman_server.updates import service as updates

router = APIRouter(tags=["devices"])
R = Annotated[Runtime, Depends(runtime_of)]
Ids = Annotated[list[UUID] | None, Query(max_length=500)]
REVOKED_SUBJECT = "svc.device.revoked"
"""The api tells the workers, one of which cuts the live connection."""


class DeviceFilters:
    """The filters that every list of devices takes, from the query string."""

    def __init__(
        self,
        tenant_id: Ids = None,
        site_id: Ids = None,
        q: SearchText = None,
        online: Annotated[bool | None, Query()] = None,
        os_family: Annotated[Literal["linux", "windows"] | None, Query()] = None,
        restart_required: Annotated[bool | None, Query()] = None,
        pending: Annotated[Literal["any", "security", "none"] | None, Query()] = None,
        status: Annotated[Literal["active", "revoked"] | None, Query()] = None,
    ) -> None:
        self.tenant_id = tenant_id
        self._rest: dict[str, Any] = {
            "site_id": site_id,
            "q": q,
            "online": online,
            "os_family": os_family,
            "restart_required": restart_required,
            "pending": pending,
            "status": status,
        }

    def values(self, access: Access) -> tuple[TenantScope, Mapping[str, Any]]:
        """The scope that remains, and values for the list."""
        scope = access.narrowed(self.tenant_id)
        return scope, filter_values(scope, **self._rest)


@router.get("/devices", response_model=Page[DeviceRowOut])
async def list_devices(
    access: Annotated[Access, require(Permission.DEVICE_READ)],
    runtime: R,
    page: Annotated[PageRequest, Depends()],
    filters: Annotated[DeviceFilters, Depends()],
) -> Response:
    """Devices of the tenants that the user may enter."""
    scope, values = filters.values(access)
    async with runtime.database.reading(scope) as connection:
        return (await DEVICES.fetch(connection, page, values)).response()


async def _row(runtime: Runtime, scope: TenantScope, device_id: UUID) -> dict[str, Any]:
    async with runtime.database.reading(scope) as connection:
        rows = await DEVICES.fetch(connection, PageRequest(limit=1), {"id": [device_id]})
    if not rows.items:
        raise not_found()
    return rows.items[0]


@router.get("/devices/{device_id}", response_model=DeviceOut)
async def get_device(
    device_id: UUID, access: Annotated[Access, require(Permission.DEVICE_READ)], runtime: R
) -> Response:
    """One device in full."""
    row = await _row(runtime, access.visible, device_id)
    access.check(row["tenant_id"])
    async with runtime.database.unit(access.scope) as unit:
        device = await tenancy.get_device(unit.session, device_id)
        facts = await inventory.get_facts(unit.session, device)
        row["facts"] = facts.facts if facts else None
        row["facts_at"] = facts.collected_at if facts else None
        row["restart_reasons"] = await updates.restart_reasons(unit.session, device)
        row["certificate_expires_at"] = await enrollment.certificate_expiry(unit.session, device)
    return Response(msgspec.json.encode(row), media_type="application/json")


@router.post("/devices/{device_id}/revoke", response_model=DeviceRowOut)
async def revoke_device(
    device_id: UUID, access: Annotated[Access, require(Permission.DEVICE_REVOKE)], runtime: R
) -> Response:
    """Shut a device out; its live connection is cut within seconds."""
    async with runtime.database.unit(access.visible) as unit:
        device = await tenancy.get_device(unit.session, device_id)
        tenant_id = access.check(device.tenant_id)
        await enrollment.revoke_device(unit.session, device, access.actor)
        unit.after_commit(lambda: runtime.bus.publish(REVOKED_SUBJECT, str(device_id).encode()))
        unit.after_commit(lambda: announce(runtime.bus, Change("device", tenant_id, device_id, device_id)))
    row = await _row(runtime, access.scope, device_id)
    return Response(msgspec.json.encode(row), media_type="application/json")


@router.delete("/devices/{device_id}", status_code=204)
async def delete_device(
    device_id: UUID, access: Annotated[Access, require(Permission.DEVICE_DELETE)], runtime: R
) -> None:
    """Remove a revoked device with everything known about it."""
    async with runtime.database.unit(access.visible) as unit:
        device = await tenancy.get_device(unit.session, device_id)
        tenant_id = access.check(device.tenant_id)
        await enrollment.remove_device(unit.session, device, access.actor)
        unit.after_commit(lambda: announce(runtime.bus, Change("device", tenant_id, device_id, device_id)))
