"""Routes of devices: the list, one device, shutting one out."""

from typing import Annotated
from uuid import UUID

import msgspec
from fastapi import APIRouter, Depends, Response

from bosman_server.core.identity.access import Access, require
from bosman_server.core.identity.permissions import Permission
from bosman_server.features.updates import service as updates
from bosman_server.fleet.devices import service as device_service
from bosman_server.fleet.devices.matches import add_matches
from bosman_server.fleet.devices.queries import DEVICES
from bosman_server.fleet.devices.schemas import DeviceOut, DeviceRowOut, ListedDeviceOut
from bosman_server.fleet.enrollment import service as enrollment
from bosman_server.fleet.inventory import service as inventory
from bosman_server.fleet.tenancy import service as tenancy
from bosman_server.fleet.tenancy.schemas import DeviceUpdate
from bosman_server.kit.db.list_query import ListQuery
from bosman_server.kit.db.scope import TenantScope
from bosman_server.kit.http.etag import Precondition, etag
from bosman_server.kit.live import Change
from bosman_server.kit.paging import Page
from bosman_server.kit.problems import not_found
from bosman_server.kit.runtime import CurrentRuntime, Runtime
from bosman_server.kit.values import Row

router = APIRouter(tags=["devices"])
REVOKED_SUBJECT = "svc.device.revoked"
"""The api tells the workers, one of which cuts the live connection."""


@router.get("/devices", response_model=Page[ListedDeviceOut])
async def list_devices(
    access: Annotated[Access, require(Permission.DEVICE_READ)],
    runtime: CurrentRuntime,
    query: Annotated[ListQuery, Depends(DEVICES.query)],
) -> Response:
    """Devices of the tenants that the user may enter."""
    scope = access.restricted_to(query.tenant_ids)
    async with runtime.database.reading(scope) as connection:
        rows = await DEVICES.fetch(connection, scope, query)
        await add_matches(connection, scope, rows.items, query.text)
    return rows.response()


async def _row(runtime: Runtime, scope: TenantScope, device_id: UUID) -> Row:
    async with runtime.database.reading(scope) as connection:
        row = await DEVICES.one(connection, scope, device_id)
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
        row |= await inventory.last_health(tx.session, device)
        row |= await updates.last_scan(tx.session, device)
        row |= await enrollment.identity_state(tx.session, device)
    return _versioned(row)


@router.patch("/devices/{device_id}", response_model=ListedDeviceOut)
async def update_device(
    device_id: UUID,
    data: DeviceUpdate,
    access: Annotated[Access, require(Permission.DEVICE_UPDATE)],
    runtime: CurrentRuntime,
    seen: Precondition,
) -> Response:
    """Move a device to another site of its tenant."""
    async with runtime.database.writing(access.visible) as tx:
        device = await device_service.get_device(tx.session, device_id, lock=True)
        tenant_id = access.check_site(device.tenant_id, device.site_id)
        seen.check(device.version)
        if "site_id" in data.changes():
            site = await tenancy.get_site(tx.session, data.site_id)
            access.check_site(site.tenant_id, site.id)
            await device_service.move_devices(tx, access, [device_id], site)
        await tx.flush()
        row = await DEVICES.one(tx.connection, access.visible, device_id)
        tx.announce(Change("device", tenant_id, device_id, device_id))
    assert row is not None
    return _versioned(row | {"match": None})


def _versioned(row: Row) -> Response:
    headers = {"etag": etag(row["version"])}
    return Response(msgspec.json.encode(row), media_type="application/json", headers=headers)


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
