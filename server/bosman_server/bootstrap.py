"""What a fresh installation needs to be of use: a first tenant, a site, a set-up code, a token for this machine."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from bosman_server.core.audit.service import SYSTEM
from bosman_server.core.identity import service as identity
from bosman_server.fleet.enrollment import tokens
from bosman_server.fleet.enrollment.schemas import TokenCreate
from bosman_server.fleet.tenancy import service as tenancy
from bosman_server.fleet.tenancy.models import Site, Tenant
from bosman_server.fleet.tenancy.schemas import SiteCreate
from bosman_server.kit.db.database import Database
from bosman_server.kit.db.scope import ALL_TENANTS, TenantId, TenantScope
from bosman_server.kit.ids import uuid7

FIRST_TENANT = "My company"
FIRST_SITE = "Headquarters"
_TOKEN_VALID = timedelta(minutes=10)


async def ensure_first_tenant(database: Database, time_zone: str) -> tuple[TenantId, UUID]:
    """The first tenant and its first site; made when there is none. `database` is the worker's role."""
    async with database.writing(ALL_TENANTS) as tx:
        tenant_id = await tx.session.scalar(select(Tenant.id).order_by(Tenant.created_at).limit(1))
        if tenant_id is None:
            first = TenantId(uuid7())
            await tenancy.create_tenant(tx, first, FIRST_TENANT, SYSTEM)
            data = SiteCreate(tenant_id=first, name=FIRST_SITE, time_zone=time_zone)
            site = await tenancy.create_site(tx, first, data, SYSTEM)
            return first, site.id
        site_id = await tx.session.scalar(
            select(Site.id).where(Site.tenant_id == tenant_id).order_by(Site.created_at).limit(1)
        )
        if site_id is None:
            data = SiteCreate(tenant_id=tenant_id, name=FIRST_SITE, time_zone=time_zone)
            site_id = (await tenancy.create_site(tx, TenantId(tenant_id), data, SYSTEM)).id
        return TenantId(tenant_id), site_id


async def new_setup_code(database: Database) -> str | None:
    """A one-time code for the first Owner, or None when there is one already."""
    async with database.unscoped() as connection:
        if await connection.fetchval("SELECT EXISTS (SELECT FROM identity_user)"):
            return None
    tenant_id, _ = await ensure_first_tenant(database, "Europe/Warsaw")
    async with database.writing(TenantScope.of([tenant_id])) as tx:
        return await identity.new_setup_code(tx.session, tenant_id)


async def new_local_token(database: Database, tenant_id: TenantId, site_id: UUID) -> str:
    """A token for one device, valid for ten minutes."""
    async with database.writing(TenantScope.of([tenant_id])) as tx:
        site = await tenancy.get_site(tx.session, site_id)
        data = TokenCreate(
            tenant_id=tenant_id,
            site_id=site_id,
            label="bosman up",
            valid_seconds=int(_TOKEN_VALID.total_seconds()),
        )
        _, secret = await tokens.create(tx, tenant_id, site, data, tokens.Maker(SYSTEM))
        return secret
