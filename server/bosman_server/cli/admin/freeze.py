"""`bosman admin freeze` and `unfreeze`: stop guarded work without the web app."""

import asyncio
from typing import Annotated

import typer

from bosman_server.cli.admin.emergency import Yes, actor, confirm, find_tenant
from bosman_server.cli.installation import StateDir, fail, find_settings, open_database
from bosman_server.kit.db.scope import ALL_TENANTS, TenantId
from bosman_server.settings import Settings
from bosman_server.work.safety import service as safety

TenantOption = Annotated[str | None, typer.Option("--tenant", help="Name or id of the tenant.")]
FleetOption = Annotated[bool, typer.Option("--fleet", help="Every tenant of this installation.")]
Reason = Annotated[str, typer.Option(help="What people read in the banner.")]


def freeze(
    tenant: TenantOption = None,
    fleet: FleetOption = False,  # noqa: FBT002 - typer makes it a flag
    reason: Reason = "",
    state_dir: StateDir = None,
) -> None:
    """Devices begin no installation, restart or script any more; asks nothing, because it must be quick."""
    name = asyncio.run(_set(find_settings(state_dir), _target(tenant, fleet=fleet), frozen=True, reason=reason))
    typer.echo(f"{name}: frozen. Running workers tell the devices within three seconds.")


def unfreeze(
    tenant: TenantOption = None,
    fleet: FleetOption = False,  # noqa: FBT002 - typer makes it a flag
    state_dir: StateDir = None,
    yes: Yes = False,  # noqa: FBT002 - typer makes it a flag
) -> None:
    """Lift a freeze: work that waits for it begins."""
    wanted = _target(tenant, fleet=fleet)
    word = wanted or "fleet"
    confirm(f"{word}: work that the freeze holds back begins at once.", word, yes=yes)
    name = asyncio.run(_set(find_settings(state_dir), wanted, frozen=False, reason=""))
    typer.echo(f"{name}: not frozen any more.")


def _target(tenant: str | None, *, fleet: bool) -> str | None:
    if fleet == (tenant is not None):
        raise fail("Say either --tenant NAME or --fleet.")
    return tenant


async def _set(settings: Settings, tenant: str | None, *, frozen: bool, reason: str) -> str:
    async with open_database(settings) as database:
        tenant_id, name = None, "fleet"
        if tenant is not None:
            async with database.writing(ALL_TENANTS) as tx:
                found = await find_tenant(tx.session, tenant)
                tenant_id, name = TenantId(found.id), found.name
        await safety.freeze_now(database, tenant_id, frozen=frozen, reason=reason, actor=actor())
    return name
