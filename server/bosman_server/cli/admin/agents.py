"""`bosman admin revoke-agents`: a tenant's keys are in the wrong hands."""

import asyncio
from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import typer
from sqlalchemy import func, select

from bosman_server.cli.admin.bus import open_bus
from bosman_server.cli.admin.emergency import Yes, actor, confirm, find_tenant
from bosman_server.cli.installation import StateDir, fail, find_settings, open_database
from bosman_server.core.audit.service import Actor
from bosman_server.fleet.devices.api import REVOKED_SUBJECT
from bosman_server.fleet.devices.models import Device
from bosman_server.fleet.enrollment import service as enrollment
from bosman_server.fleet.enrollment import tokens
from bosman_server.fleet.enrollment.models import EnrollmentToken
from bosman_server.fleet.tenancy.models import Tenant
from bosman_server.kit.db.database import Database
from bosman_server.kit.db.scope import ALL_TENANTS
from bosman_server.kit.db.transaction import Transaction
from bosman_server.settings import Settings

_AT_ONCE = 500


def revoke_agents(
    tenant: Annotated[str, typer.Option("--tenant", help="Name or id of the tenant.")],
    state_dir: StateDir = None,
    yes: Yes = False,  # noqa: FBT002 - typer makes it a flag
) -> None:
    """Shut out every device of a tenant; live connections are cut within seconds."""
    settings = find_settings(state_dir)
    name, count = asyncio.run(_look(settings, tenant))
    confirm(
        f"{name}: {count} device(s) are shut out, and its enrolment tokens end.\n"
        "Each device must be enrolled again by a new token before Bosman can reach it.",
        name,
        yes=yes,
    )
    done, told = asyncio.run(_revoke(settings, tenant))
    typer.echo(f"Done; devices shut out: {done}.")
    if done and not told:
        raise fail("The workers were not told: they cut live connections by themselves within seconds if they run.")


async def _look(settings: Settings, tenant: str) -> tuple[str, int]:
    async with open_database(settings) as database, database.writing(ALL_TENANTS) as tx:
        found = await find_tenant(tx.session, tenant)
        active = select(func.count()).where(Device.tenant_id == found.id, Device.status == "active")
        return found.name, await tx.session.scalar(active) or 0


async def _revoke(settings: Settings, tenant: str) -> tuple[int, bool]:
    who, gone = actor(), list[UUID]()
    async with open_database(settings) as database, open_bus(settings) as bus:
        async with database.writing(ALL_TENANTS) as tx:
            found = await find_tenant(tx.session, tenant)
            await _end_tokens(tx, found, who)
        # In parts: each is done for good, and a second call goes on where this one was stopped.
        while part := await _revoke_some(database, found.id, who):
            gone += part
            if bus is not None:
                await bus.publish(REVOKED_SUBJECT, " ".join(map(str, part)).encode())
        if bus is not None:
            await bus.flush(5)
        return len(gone), bus is not None


async def _end_tokens(tx: Transaction, tenant: Tenant, who: Actor) -> None:
    open_ones = select(EnrollmentToken).where(
        EnrollmentToken.tenant_id == tenant.id, EnrollmentToken.revoked_at.is_(None)
    )
    for token in await tx.session.scalars(open_ones):
        await tokens.revoke(tx, token, who)


async def _revoke_some(database: Database, tenant_id: UUID, who: Actor) -> Sequence[UUID]:
    async with database.writing(ALL_TENANTS) as tx:
        query = select(Device).where(Device.tenant_id == tenant_id, Device.status == "active").order_by(Device.id)
        devices = (await tx.session.scalars(query.limit(_AT_ONCE).with_for_update())).all()
        for device in devices:
            await enrollment.revoke_device(tx, device, who)
        return [device.id for device in devices]
