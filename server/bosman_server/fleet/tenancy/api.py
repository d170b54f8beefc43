"""Routes of tenants, sites and the place of devices."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response
from sqlalchemy.ext.asyncio import AsyncSession

from bosman_server.core.identity import members
from bosman_server.core.identity import service as identity
from bosman_server.core.identity.access import Access, CurrentOperator, require
from bosman_server.core.identity.permissions import Permission
from bosman_server.core.identity.proof import show_session_of
from bosman_server.fleet.devices import service as device_service
from bosman_server.fleet.tenancy import service
from bosman_server.fleet.tenancy.models import Site, Tenant
from bosman_server.fleet.tenancy.queries import SITES, TENANTS
from bosman_server.fleet.tenancy.schemas import (
    DevicesMove,
    DeviceUpdate,
    Moved,
    SiteCreate,
    SiteOut,
    SiteRowOut,
    SiteUpdate,
    TenantCreate,
    TenantOut,
    TenantRowOut,
    TenantUpdate,
)
from bosman_server.kit.db.scope import TenantId, TenantScope
from bosman_server.kit.db.transaction import Transaction
from bosman_server.kit.ids import uuid7
from bosman_server.kit.live import Change, Topic
from bosman_server.kit.paging import Ids, Page, Paging, SearchText
from bosman_server.kit.runtime import CurrentRuntime, Runtime

router = APIRouter(tags=["tenancy"])


def _tell(tx: Transaction, topic: Topic, tenant_id: UUID, object_id: UUID) -> None:
    tx.announce(Change(topic, tenant_id, object_id))


def _tenant_out(tenant: Tenant) -> TenantOut:
    return TenantOut.model_validate(tenant, from_attributes=True)


def _site_out(site: Site) -> SiteOut:
    return SiteOut.model_validate(site, from_attributes=True)


@router.get("/tenants", response_model=Page[TenantRowOut])
async def list_tenants(
    access: Annotated[Access, require(Permission.TENANT_READ)],
    runtime: CurrentRuntime,
    page: Paging,
    q: SearchText = None,
) -> Response:
    """Tenants that the user may enter."""
    values: dict[str, Any] = {"tenant_id": list(access.scope), "q": q or None}
    async with runtime.database.reading(access.scope) as connection:
        return (await TENANTS.fetch(connection, page, values)).response()


@router.post("/tenants", status_code=201)
async def create_tenant(data: TenantCreate, subject: CurrentOperator, runtime: CurrentRuntime) -> TenantOut:
    """A new tenant; whoever makes it owns it. For operators of the installation."""
    tenant_id = TenantId(uuid7())
    async with runtime.database.writing(TenantScope.of([tenant_id, *subject.grants])) as tx:
        tenant = await service.create_tenant(tx, tenant_id, data.name, subject.actor)
        identity.add_owner(tx.session, tenant_id, subject.user_id)
        _tell(tx, "tenant", tenant_id, tenant_id)
    return _tenant_out(tenant)


@router.get("/tenants/{tenant_id}")
async def get_tenant(
    tenant_id: UUID, access: Annotated[Access, require(Permission.TENANT_READ)], runtime: CurrentRuntime
) -> TenantOut:
    """One tenant."""
    access.check(tenant_id)
    async with runtime.database.writing(access.scope) as tx:
        return _tenant_out(await service.get_tenant(tx.session, tenant_id))


@router.patch("/tenants/{tenant_id}")
async def update_tenant(
    tenant_id: UUID,
    data: TenantUpdate,
    access: Annotated[Access, require(Permission.TENANT_UPDATE)],
    runtime: CurrentRuntime,
) -> TenantOut:
    """Rename a tenant, say how long it keeps the output of its tasks, and whether its agents update by themselves."""
    checked = access.check(tenant_id)
    async with runtime.database.writing(access.visible) as tx:
        tenant = await service.update_tenant(tx, checked, data, access.actor)
        _tell(tx, "tenant", tenant_id, tenant_id)
    return _tenant_out(tenant)


@router.delete("/tenants/{tenant_id}", status_code=204)
async def delete_tenant(
    tenant_id: UUID, access: Annotated[Access, require(Permission.TENANT_DELETE)], runtime: CurrentRuntime
) -> None:
    """Delete a tenant that has no devices. Needs a fresh second factor."""
    checked = access.check(tenant_id)
    access.check_fresh()
    async with runtime.database.writing(access.scope) as tx:
        await show_session_of(tx.session, access.subject)
        await service.delete_tenant(tx, checked, access.actor)
        await identity.remove_memberships(tx.session, checked)
        _tell(tx, "tenant", tenant_id, tenant_id)


@router.get("/sites", response_model=Page[SiteRowOut])
async def list_sites(
    access: Annotated[Access, require(Permission.SITE_READ)],
    runtime: CurrentRuntime,
    page: Paging,
    tenant_id: Ids = None,
    q: SearchText = None,
) -> Response:
    """Sites of the tenants that the user may enter."""
    scope = access.restricted_to(tenant_id)
    values: dict[str, Any] = {"tenant_id": list(scope), "visible_to": scope.visible_to, "q": q or None}
    async with runtime.database.reading(scope) as connection:
        return (await SITES.fetch(connection, page, values)).response()


@router.post("/sites", status_code=201)
async def create_site(
    data: SiteCreate, access: Annotated[Access, require(Permission.SITE_CREATE)], runtime: CurrentRuntime
) -> SiteOut:
    """A new site of a tenant."""
    tenant_id = access.check(data.tenant_id)
    async with runtime.database.writing(access.scope) as tx:
        site = await service.create_site(tx, tenant_id, data, access.actor)
        _tell(tx, "site", tenant_id, site.id)
    return _site_out(site)


async def _site(session: AsyncSession, access: Access, site_id: UUID) -> Site:
    site = await service.get_site(session, site_id)
    access.check_site(site.tenant_id, site.id)
    return site


@router.patch("/sites/{site_id}")
async def update_site(
    site_id: UUID, data: SiteUpdate, access: Annotated[Access, require(Permission.SITE_UPDATE)], runtime: CurrentRuntime
) -> SiteOut:
    """Rename a site or change its time zone."""
    async with runtime.database.writing(access.visible) as tx:
        site = await _site(tx.session, access, site_id)
        site = await service.update_site(tx, site, data, access.actor)
        _tell(tx, "site", site.tenant_id, site.id)
    return _site_out(site)


@router.delete("/sites/{site_id}", status_code=204)
async def delete_site(
    site_id: UUID, access: Annotated[Access, require(Permission.SITE_DELETE)], runtime: CurrentRuntime
) -> None:
    """Delete a site where no device stands."""
    async with runtime.database.writing(access.visible) as tx:
        site = await _site(tx.session, access, site_id)
        await service.delete_site(tx, site, access.actor)
        await members.forget_site(tx.session, TenantId(site.tenant_id), site_id)
        _tell(tx, "site", site.tenant_id, site_id)


async def _move(runtime: Runtime, access: Access, device_ids: list[UUID], site_id: UUID) -> int:
    async with runtime.database.writing(access.visible) as tx:
        site = await _site(tx.session, access, site_id)
        moved = await device_service.move_devices(tx, access, device_ids, site)
        for device_id in device_ids:
            _tell(tx, "device", site.tenant_id, device_id)
    return moved


@router.patch("/devices/{device_id}")
async def update_device(
    device_id: UUID,
    data: DeviceUpdate,
    access: Annotated[Access, require(Permission.DEVICE_UPDATE)],
    runtime: CurrentRuntime,
) -> Moved:
    """Move a device to another site of its tenant."""
    return Moved(moved=await _move(runtime, access, [device_id], data.site_id))


@router.post("/devices/move")
async def move_devices(
    data: DevicesMove, access: Annotated[Access, require(Permission.DEVICE_UPDATE)], runtime: CurrentRuntime
) -> Moved:
    """Move several devices to one site of their tenant."""
    return Moved(moved=await _move(runtime, access, data.device_ids, data.site_id))
