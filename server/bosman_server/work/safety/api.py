"""Routes of the freeze."""

from typing import Annotated

from fastapi import APIRouter

from bosman_protocol.codes import Code
from bosman_server.core.identity.access import Access, CurrentOperator, Subject, require
from bosman_server.core.identity.permissions import Permission
from bosman_server.core.identity.proof import show_session_of
from bosman_server.kit.db.scope import TenantId, TenantScope
from bosman_server.kit.live import Change
from bosman_server.kit.paging import Ids
from bosman_server.kit.problems import Problem
from bosman_server.kit.runtime import CurrentRuntime, Runtime
from bosman_server.work.safety import queries, service
from bosman_server.work.safety.rules import FLEET
from bosman_server.work.safety.schemas import (
    FreezeOut,
    FreezeRequest,
    FreezeStates,
    TenantFreezeOut,
    TenantFreezeRequest,
)

router = APIRouter(tags=["safety"])


@router.get("/safety/freeze")
async def get_freeze(
    access: Annotated[Access, require(Permission.TASK_READ)], runtime: CurrentRuntime, tenant_id: Ids = None
) -> FreezeStates:
    """What is frozen: the fleet, the tenants that are, and those that were asked for by name."""
    async with runtime.database.reading(access.scope) as connection:
        fleet = await queries.fleet_state(connection, counts=access.subject.is_operator)
        tenants = await queries.tenant_states(connection, access.scope, tenant_id or [])
    return FreezeStates(
        fleet=FreezeOut.model_validate(fleet), tenants=[TenantFreezeOut.model_validate(row) for row in tenants]
    )


async def _change(runtime: Runtime, subject: Subject, scope_id: TenantId, data: FreezeRequest) -> None:
    if not data.frozen:
        # To freeze has to be quick; to go on is the dangerous part.
        Access(subject, Permission.SAFETY_FREEZE).check_fresh()
    async with runtime.database.writing(TenantScope.of([scope_id])) as tx:
        await show_session_of(tx.session, subject)
        await service.set_freeze(tx, scope_id, frozen=data.frozen, reason=data.reason, actor=subject.actor)
        tx.publish(service.CHANGED_SUBJECT)
        tx.announce(Change("freeze", scope_id))


@router.post("/safety/freeze")
async def set_freeze(
    data: TenantFreezeRequest,
    access: Annotated[Access, require(Permission.SAFETY_FREEZE)],
    runtime: CurrentRuntime,
) -> TenantFreezeOut:
    """Freeze a tenant, or let it go on. Freezing asks for no second factor, going on does."""
    tenant_id = access.check(data.tenant_id)
    await _change(runtime, access.subject, tenant_id, data)
    scope = TenantScope.of([tenant_id])
    async with runtime.database.reading(scope) as connection:
        (row,) = await queries.tenant_states(connection, scope, [tenant_id])
    return TenantFreezeOut.model_validate(row)


@router.post("/safety/fleet-freeze")
async def set_fleet_freeze(data: FreezeRequest, operator: CurrentOperator, runtime: CurrentRuntime) -> FreezeOut:
    """Freeze every device of every tenant, or let them go on."""
    if operator.session_id is None:
        raise Problem(403, Code.API_KEY_NOT_ALLOWED)
    await _change(runtime, operator, FLEET, data)
    async with runtime.database.reading(TenantScope.of([FLEET])) as connection:
        return FreezeOut.model_validate(await queries.fleet_state(connection, counts=True))
