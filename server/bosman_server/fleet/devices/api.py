"""Routes of devices: the list, one device, shutting one out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from fastapi import APIRouter, Depends, Response

from bosman_server.core.identity.access import Access, require
from bosman_server.core.identity.permissions import Permission
from bosman_server.features.updates import service as updates
from bosman_server.fleet.devices import service as device_service
from bosman_server.fleet.devices.queries import DEVICES, filter_values
from bosman_server.fleet.devices.schemas import DeviceOut, DeviceRowOut
from bosman_server.fleet.enrollment import service as enrollment
from bosman_server.fleet.inventory import service as inventory
from bosman_server.kit.db.scope import TenantScope
from bosman_server.kit.live import Change
from bosman_server.kit.paging import Ids, Page, Paging, SearchText, narrowing
from bosman_server.kit.problems import not_found
from bosman_server.kit.runtime import CurrentRuntime, Runtime

router = APIRouter(tags=["devices"])
REVOKED_SUBJECT = "svc.device.revoked"
"""The api tells the workers, one of which cuts the live connection."""


@dataclass(frozen=True, slots=True)
class DeviceFilters:
    """The filters that every list of devices takes."""

    tenant_id: list[UUID] | None
    rest: Mapping[str, Any]

    def values(self, access: Access) -> tuple[TenantScope, dict[str, Any]]:
        """The scope that remains, and values for the list."""
        scope = access.restricted_to(self.tenant_id)
        return scope, filter_values(scope, **self.rest)


async def _device_filters(
    tenant_id: Ids = None,
    site_id: Ids = None,
    q: SearchText = None,
    online: Annotated[bool | None, narrowing()] = None,
    os_family: Annotated[Literal["linux", "windows"] | None, narrowing()] = None,
    restart_required: Annotated[bool | None, narrowing()] = None,
    pending: Annotated[Literal["any", "security", "none"] | None, narrowing()] = None,
    status: Annotated[Literal["active", "revoked"] | None, narrowing()] = None,
) -> DeviceFilters:
    rest = {
        "site_id": site_id,
        "q": q,
        "online": online,
        "os_family": os_family,
        "restart_required": restart_required,
        "pending": pending,
        "status": status,
    }
    return DeviceFilters(tenant_id, rest)


FilteredDevices = Annotated[DeviceFilters, Depends(_device_filters)]


@router.get("/devices", response_model=Page[DeviceRowOut])
async def list_devices(
    access: Annotated[Access, require(Permission.DEVICE_READ)],
    runtime: CurrentRuntime,
    page: Paging,
    filters: FilteredDevices,
) -> Response:
    """Devices of the tenants that the user may enter."""
    scope, values = filters.values(access)
    async with runtime.database.reading(scope) as connection:
        return (await DEVICES.fetch(connection, page, values)).response()


async def _row(runtime: Runtime, scope: TenantScope, device_id: UUID) -> dict[str, Any]:
    async with runtime.database.reading(scope) as connection:
        row = await DEVICES.one(connection, {"id": [device_id]})
    if row is None:
        raise not_found()
    return row


@router.get("/devices/{device_id}", response_model=DeviceOut)
async def get_device(
    device_id: UUID, access: Annotated[Access, require(Permission.DEVICE_READ)], runtime: CurrentRuntime
) -> Response:
    """One device in full."""
    row = await _row(runtime, access.visible, device_id)
    access.check_site(row["tenant_id"], row["site_id"])
    async with runtime.database.writing(access.scope) as tx:
        device = await device_service.get_device(tx.session, device_id)
        row |= await inventory.last_facts(tx.session, device)
        row |= await updates.last_scan(tx.session, device)
        row |= await enrollment.identity_state(tx.session, device)
    return Response(msgspec.json.encode(row), media_type="application/json")


@router.post("/devices/{device_id}/revoke", response_model=DeviceRowOut)
async def revoke_device(
    device_id: UUID, access: Annotated[Access, require(Permission.DEVICE_REVOKE)], runtime: CurrentRuntime
) -> Response:
    """Shut a device out; its live connection is cut within seconds. Needs a fresh second factor."""
    async with runtime.database.writing(access.visible) as tx:
        device = await device_service.get_device(tx.session, device_id)
        tenant_id = access.check_site(device.tenant_id, device.site_id)
        access.check_fresh()
        await enrollment.revoke_device(tx, device, access.actor)
        tx.publish(REVOKED_SUBJECT, str(device_id).encode())
        tx.announce(Change("device", tenant_id, device_id, device_id))
    row = await _row(runtime, access.scope, device_id)
    return Response(msgspec.json.encode(row), media_type="application/json")


@router.delete("/devices/{device_id}", status_code=204)
async def delete_device(
    device_id: UUID, access: Annotated[Access, require(Permission.DEVICE_DELETE)], runtime: CurrentRuntime
) -> None:
    """Remove a revoked device with everything known about it. Needs a fresh second factor."""
    async with runtime.database.writing(access.visible) as tx:
        device = await device_service.get_device(tx.session, device_id)
        tenant_id = access.check_site(device.tenant_id, device.site_id)
        access.check_fresh()
        await enrollment.remove_device(tx, device, access.actor)
        tx.publish(REVOKED_SUBJECT, str(device_id).encode())
        tx.announce(Change("device", tenant_id, device_id, device_id))
