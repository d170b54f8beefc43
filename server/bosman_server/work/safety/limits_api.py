"""Routes of a tenant's budgets: the rules are the safety slice's, what is used of them only tasks can tell."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response

from bosman_protocol.work import ActionClass
from bosman_server.core.identity.access import Access, require
from bosman_server.core.identity.permissions import Permission
from bosman_server.core.identity.proof import show_session_of
from bosman_server.kit.db.scope import TenantId, TenantScope
from bosman_server.kit.http.etag import Precondition, etag
from bosman_server.kit.live import Change
from bosman_server.kit.runtime import CurrentRuntime, Runtime
from bosman_server.work.safety import budgets
from bosman_server.work.safety import service as safety
from bosman_server.work.safety.schemas import BudgetOut, SafetyOut, SafetyUpdate

router = APIRouter(tags=["safety"])


async def _read(runtime: Runtime, tenant_id: TenantId, response: Response) -> SafetyOut:
    async with runtime.database.reading(TenantScope.of([tenant_id])) as connection:
        rules = (await safety.rules_of(connection, [tenant_id]))[tenant_id]
        usage = await budgets.usage(connection, tenant_id)
    found = []
    for action_class in ActionClass:
        rule, (used, pending) = rules.budgets[action_class], usage[action_class]
        found.append(
            BudgetOut(
                action_class=action_class,
                per_hour=rule.per_hour,
                on_overflow=rule.on_overflow,
                used=used,
                pending=pending,
            )
        )
    response.headers["etag"] = etag(rules.version)
    return SafetyOut(tenant_id=tenant_id, version=rules.version, confirm_above=rules.confirm_above, budgets=found)


@router.get("/tenants/{tenant_id}/safety")
async def get_safety_settings(
    tenant_id: UUID,
    access: Annotated[Access, require(Permission.SAFETY_READ)],
    runtime: CurrentRuntime,
    response: Response,
) -> SafetyOut:
    """The rules of a tenant, and what has been used of its budgets within the last hour."""
    return await _read(runtime, access.check(tenant_id), response)


@router.put("/tenants/{tenant_id}/safety")
async def set_safety_settings(
    tenant_id: UUID,
    data: SafetyUpdate,
    access: Annotated[Access, require(Permission.SAFETY_UPDATE)],
    runtime: CurrentRuntime,
    seen: Precondition,
    response: Response,
) -> SafetyOut:
    """New rules for a tenant. Wants a fresh second factor: whoever may lift a limit may do what it forbids."""
    checked = access.check(tenant_id)
    access.check_fresh()
    async with runtime.database.writing(access.scope) as tx:
        await show_session_of(tx.session, access.subject)
        await safety.save_rules(tx, checked, data.rules(), seen, access.actor)
        tx.announce(Change("safety", checked))
    return await _read(runtime, checked, response)
