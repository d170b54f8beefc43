"""Changes to tenants and sites. Every function runs in the caller's transaction and tenant scope."""

from collections.abc import Sequence
from uuid import UUID
from zoneinfo import available_timezones

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from bosman_protocol.codes import Code
from bosman_server.core.audit.service import Actor, record
from bosman_server.fleet.devices.models import Device
from bosman_server.fleet.tenancy.models import Site, Tenant
from bosman_server.fleet.tenancy.schemas import SiteCreate, SiteUpdate, TenantUpdate
from bosman_server.kit.db.scope import TenantId
from bosman_server.kit.db.transaction import Transaction
from bosman_server.kit.http.etag import IfMatch
from bosman_server.kit.problems import Problem, not_found

DEFAULT_RETENTION_DAYS = 90
"""How long a new tenant keeps the output of its tasks."""

_TIME_ZONES = frozenset(available_timezones())  # once: it reads a whole tree of files


async def tenant_names(session: AsyncSession) -> dict[UUID, str]:
    """Names of the tenants in scope."""
    rows = await session.execute(select(Tenant.id, Tenant.name))
    return {row.id: row.name for row in rows}


async def get_tenant(session: AsyncSession, tenant_id: UUID, *, lock: bool = False) -> Tenant:
    """A tenant in scope; `lock`: nobody else changes it meanwhile. Raises Problem 404."""
    tenant = await session.get(Tenant, tenant_id, with_for_update=lock or None, populate_existing=lock)
    if tenant is None:
        raise not_found()
    return tenant


async def create_tenant(tx: Transaction, tenant_id: TenantId, name: str, actor: Actor) -> Tenant:
    """A new tenant under an id that the caller has put in scope.

    Raises Problem 409 `tenant.name_taken` where one in scope has the name: of others nothing may be learned.
    """
    await _check_name(tx.session, tenant_id, name)
    tenant = Tenant(id=tenant_id, name=name, output_retention_days=DEFAULT_RETENTION_DAYS, agent_updates=True)
    tx.session.add(tenant)
    await tx.session.flush()
    record(tx, tenant.id, actor, "tenant.create", target=("tenant", tenant.id), after={"name": name})
    return tenant


async def update_tenant(
    tx: Transaction, tenant_id: TenantId, data: TenantUpdate, seen: IfMatch, actor: Actor
) -> Tenant:
    """Raises Problem 409 `tenant.name_taken` where another one in scope has the name, 412, 428."""
    tenant = await get_tenant(tx.session, tenant_id, lock=True)
    seen.check(tenant.version)
    before = _settings_of(tenant)
    data.apply_to(tenant)
    after = _settings_of(tenant)
    if after == before:
        return tenant
    if tenant.name != before["name"]:
        await _check_name(tx.session, tenant_id, tenant.name)
    tenant.version += 1
    await tx.session.flush()
    record(tx, tenant_id, actor, "tenant.update", target=("tenant", tenant_id), before=before, after=after)
    return tenant


async def _check_name(session: AsyncSession, tenant_id: TenantId, name: str) -> None:
    # Row-level security shows only what the caller put in scope.
    if await session.scalar(select(Tenant.id).where(Tenant.name == name, Tenant.id != tenant_id).limit(1)):
        raise Problem(409, Code.TENANT_NAME_TAKEN)


def _settings_of(tenant: Tenant) -> dict[str, object]:
    return {
        "name": tenant.name,
        "output_retention_days": tenant.output_retention_days,
        "agent_updates": tenant.agent_updates,
    }


async def delete_tenant(tx: Transaction, tenant_id: TenantId, actor: Actor) -> None:
    """Remove an empty tenant with its sites. Raises Problem 409 `tenant.not_empty`."""
    tenant = await get_tenant(tx.session, tenant_id)
    if await tx.session.scalar(select(func.count()).where(Device.tenant_id == tenant_id)):
        raise Problem(409, Code.TENANT_NOT_EMPTY)
    await tx.session.execute(delete(Site).where(Site.tenant_id == tenant_id))
    await tx.session.delete(tenant)
    # Now: whoever deletes it must still be a member when the database asks for their proof.
    await tx.session.flush()
    target = ("tenant", tenant_id)
    record(tx, tenant_id, actor, "tenant.delete", target=target, before={"name": tenant.name})


def check_time_zone(name: str) -> str:
    """An IANA zone name; a bad one is an error, never UTC [R17]. Raises Problem 422."""
    if name not in _TIME_ZONES:
        raise Problem(422, Code.SITE_BAD_TIME_ZONE, {"time_zone": name[:64]})
    return name


async def get_site(session: AsyncSession, site_id: UUID, *, lock: bool = False) -> Site:
    """A site in scope; `lock`: nobody else changes it meanwhile. Raises Problem 404."""
    query = select(Site).where(Site.id == site_id)
    site = await session.scalar(query.with_for_update() if lock else query)
    if site is None:
        raise not_found()
    return site


async def check_sites(session: AsyncSession, tenant_id: TenantId, site_ids: Sequence[UUID]) -> None:
    """That sites belong to a tenant. Raises Problem 409 `site.other_tenant`."""
    query = select(func.count()).where(Site.tenant_id == tenant_id, Site.id.in_(site_ids))
    if await session.scalar(query) != len(set(site_ids)):
        raise Problem(409, Code.SITE_OTHER_TENANT)


async def create_site(tx: Transaction, tenant_id: TenantId, data: SiteCreate, actor: Actor) -> Site:
    """Raises Problem 409 `site.name_taken`, 422 `site.bad_time_zone`."""
    site = Site(tenant_id=tenant_id, name=data.name, time_zone=check_time_zone(data.time_zone))
    tx.session.add(site)
    await _flush(tx.session, Code.SITE_NAME_TAKEN)
    record(tx, tenant_id, actor, "site.create", target=("site", site.id), after=data.model_dump(mode="json"))
    return site


async def update_site(tx: Transaction, site: Site, data: SiteUpdate, seen: IfMatch, actor: Actor) -> Site:
    """Change a site that the caller has locked.

    Raises Problem 409 `site.name_taken`, 422 `site.bad_time_zone`, 412, 428.
    """
    seen.check(site.version)
    before = {"name": site.name, "time_zone": site.time_zone}
    data.apply_to(site)
    after = {"name": site.name, "time_zone": check_time_zone(site.time_zone)}
    if after == before:
        return site
    site.version += 1
    await _flush(tx.session, Code.SITE_NAME_TAKEN)
    record(tx, site.tenant_id, actor, "site.update", target=("site", site.id), before=before, after=after)
    return site


async def delete_site(tx: Transaction, site: Site, actor: Actor) -> None:
    """Remove an empty site. Raises Problem 409 `site.not_empty`."""
    devices = select(func.count()).where(Device.tenant_id == site.tenant_id, Device.site_id == site.id)
    if await tx.session.scalar(devices):
        raise Problem(409, Code.SITE_NOT_EMPTY)
    await tx.session.delete(site)
    before = {"name": site.name}
    record(tx, site.tenant_id, actor, "site.delete", target=("site", site.id), before=before)


async def _flush(session: AsyncSession, code: Code) -> None:
    try:
        await session.flush()
    except IntegrityError:
        raise Problem(409, code) from None
