"""Routes of tenants, sites and the place of devices."""

from typing import Annotated
from uuid import UUID

import msgspec
from fastapi import APIRouter, Depends, Response
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
from bosman_server.kit.db.list_query import ListQuery
from bosman_server.kit.db.scope import TenantId, TenantScope
from bosman_server.kit.db.transaction import Transaction
from bosman_server.kit.http.etag import Precondition, etag
from bosman_server.kit.ids import uuid7
from bosman_server.kit.live import Change, Topic
from bosman_server.kit.paging import Page
from bosman_server.kit.problems import not_found
from bosman_server.kit.runtime import CurrentRuntime

router = APIRouter(tags=["tenancy"])


def _tell(tx: Transaction, topic: Topic, tenant_id: UUID, object_id: UUID) -> None:
    tx.announce(Change(topic, tenant_id, object_id))


def _tenant_out(tenant: Tenant, response: Response) -> TenantOut:
    response.headers["etag"] = etag(tenant.version)
    return TenantOut.model_validate(tenant, from_attributes=True)


def _site_out(site: Site, response: Response) -> SiteOut:
    response.headers["etag"] = etag(site.version)
    return SiteOut.model_validate(site, from_attributes=True)


@router.get("/tenants", response_model=Page[TenantRowOut])
async def list_tenants(
    access: Annotated[Access, require(Permission.TENANT_READ)],
    runtime: CurrentRuntime,
    query: Annotated[ListQuery, Depends(TENANTS.query)],
) -> Response:
    """Tenants that the user may enter."""
    async with runtime.database.reading(access.scope) as connection:
        return (await TENANTS.fetch(connection, access.scope, query)).response()


@router.post("/tenants", status_code=201)
async def create_tenant(
    data: TenantCreate, subject: CurrentOperator, runtime: CurrentRuntime, response: Response
) -> TenantOut:
    """A new tenant; whoever makes it owns it. For operators of the installation."""
    tenant_id = TenantId(uuid7())
    async with runtime.database.writing(TenantScope.of([tenant_id, *subject.grants])) as tx:
        tenant = await service.create_tenant(tx, tenant_id, data.name, subject.actor)
        identity.add_owner(tx.session, tenant_id, subject.user_id)
        _tell(tx, "tenant", tenant_id, tenant_id)
    return _tenant_out(tenant, response)


@router.get("/tenants/{tenant_id}")
async def get_tenant(
    tenant_id: UUID,
    access: Annotated[Access, require(Permission.TENANT_READ)],
    runtime: CurrentRuntime,
    response: Response,
) -> TenantOut:
    """One tenant."""
    access.check(tenant_id)
    async with runtime.database.writing(access.scope) as tx:
        return _tenant_out(await service.get_tenant(tx.session, tenant_id), response)


@router.patch("/tenants/{tenant_id}")
async def update_tenant(
    tenant_id: UUID,
    data: TenantUpdate,
    access: Annotated[Access, require(Permission.TENANT_UPDATE)],
    runtime: CurrentRuntime,
    seen: Precondition,
    response: Response,
) -> TenantOut:
    """Rename a tenant, say how long it keeps the output of its tasks, and whether its agents update by themselves."""
    checked = access.check(tenant_id)
    async with runtime.database.writing(access.visible) as tx:
        tenant = await service.update_tenant(tx, checked, data, seen, access.actor)
        _tell(tx, "tenant", tenant_id, tenant_id)
    return _tenant_out(tenant, response)


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
    query: Annotated[ListQuery, Depends(SITES.query)],
) -> Response:
    """Sites of the tenants that the user may enter."""
    scope = access.restricted_to(query.tenant_ids)
    async with runtime.database.reading(scope) as connection:
        return (await SITES.fetch(connection, scope, query)).response()


@router.get("/sites/{site_id}", response_model=SiteRowOut)
async def get_site(
    site_id: UUID, access: Annotated[Access, require(Permission.SITE_READ)], runtime: CurrentRuntime
) -> Response:
    """One site."""
    async with runtime.database.reading(access.visible) as connection:
        row = await SITES.one(connection, access.visible, site_id)
    if row is None:
        raise not_found()
    access.check_site(row["tenant_id"], site_id)
    headers = {"etag": etag(row["version"])}
    return Response(msgspec.json.encode(row), media_type="application/json", headers=headers)


@router.post("/sites", status_code=201)
async def create_site(
    data: SiteCreate,
    access: Annotated[Access, require(Permission.SITE_CREATE)],
    runtime: CurrentRuntime,
    response: Response,
) -> SiteOut:
    """A new site of a tenant."""
    tenant_id = access.check(data.tenant_id)
    async with runtime.database.writing(access.scope) as tx:
        site = await service.create_site(tx, tenant_id, data, access.actor)
        _tell(tx, "site", tenant_id, site.id)
    return _site_out(site, response)


async def _site(session: AsyncSession, access: Access, site_id: UUID, *, lock: bool = False) -> Site:
    site = await service.get_site(session, site_id, lock=lock)
    access.check_site(site.tenant_id, site.id)
    return site


@router.patch("/sites/{site_id}")
async def update_site(
    site_id: UUID,
    data: SiteUpdate,
    access: Annotated[Access, require(Permission.SITE_UPDATE)],
    runtime: CurrentRuntime,
    seen: Precondition,
    response: Response,
) -> SiteOut:
    """Rename a site or change its time zone."""
    async with runtime.database.writing(access.visible) as tx:
        site = await _site(tx.session, access, site_id, lock=True)
        site = await service.update_site(tx, site, data, seen, access.actor)
        _tell(tx, "site", site.tenant_id, site.id)
    return _site_out(site, response)


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


@router.post("/devices/move")
async def move_devices(
    data: DevicesMove, access: Annotated[Access, require(Permission.DEVICE_UPDATE)], runtime: CurrentRuntime
) -> Moved:
    """Move several devices to one site of their tenant."""
    async with runtime.database.writing(access.visible) as tx:
        site = await _site(tx.session, access, data.site_id)
        moved = await device_service.move_devices(tx, access, data.device_ids, site)
        for device_id in data.device_ids:
            _tell(tx, "device", site.tenant_id, device_id)
    return Moved(moved=moved)
