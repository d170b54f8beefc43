"""Routes of approvals: what waits for a second person, and what that person says."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from fastapi import APIRouter, Response
from pydantic import AfterValidator, BaseModel, StringConstraints

from bosman_protocol.text import clean_text
from bosman_protocol.work import ActionClass, TaskKind
from bosman_server.core.identity.access import Access, require
from bosman_server.core.identity.permissions import Permission
from bosman_server.kit.db.transaction import Connection, fetch_one
from bosman_server.kit.live import Change
from bosman_server.kit.paging import Ids, Page, Paging, narrowing
from bosman_server.kit.problems import not_found
from bosman_server.kit.runtime import CurrentRuntime, Runtime
from bosman_server.kit.schemas import RequestModel
from bosman_server.work.approvals import service as approvals
from bosman_server.work.approvals.queries import APPROVALS, DETAIL
from bosman_server.work.safety import budgets
from bosman_server.work.safety import service as safety
from bosman_server.work.tasks.notify import notify_changed
from bosman_server.work.tasks.service import apply_decision

router = APIRouter(tags=["approvals"])
ApprovalState = Literal["pending", "approved", "rejected", "withdrawn", "expired"]
_FIRST_NAMES = 10


class ApprovalRowOut(BaseModel):
    """A request for a second person in a list."""

    id: UUID
    tenant_id: UUID
    tenant_name: str
    job_id: UUID
    kind: TaskKind
    action_class: ActionClass
    reason: Literal["budget"]
    device_count: int
    per_hour: int
    used: int
    """What was used and spoken for of the budget when it was asked."""
    requested_by: UUID | None
    requested_by_name: str
    requested_at: datetime
    expires_at: datetime
    state: ApprovalState
    decided_by_name: str | None
    decided_at: datetime | None
    comment: str | None


class ApprovalOut(ApprovalRowOut):
    """The same with what has to be known to decide."""

    params: dict[str, Any]
    not_before: datetime | None
    waiting_count: int
    hostnames: list[str]
    """The first of them."""
    used_now: int
    """Handed out within the last hour."""
    per_hour_now: int


class DecisionRequest(RequestModel):
    """What the second person has to say."""

    comment: Annotated[
        str,
        StringConstraints(strip_whitespace=True, max_length=500),
        AfterValidator(lambda value: clean_text(value, 500, multiline=True)),
    ] = ""


@router.get("/approvals", response_model=Page[ApprovalRowOut])
async def list_approvals(
    access: Annotated[Access, require(Permission.APPROVAL_READ)],
    runtime: CurrentRuntime,
    page: Paging,
    tenant_id: Ids = None,
    state: Annotated[list[ApprovalState] | None, narrowing()] = None,
) -> Response:
    """What waits for a second person, and what was decided."""
    scope = access.restricted_to(tenant_id)
    async with runtime.database.reading(scope) as connection:
        return (await APPROVALS.fetch(connection, page, {"tenant_id": list(scope), "state": state})).response()


async def _detail(connection: Connection, access: Access, approval_id: UUID) -> Response:
    row = await APPROVALS.one(connection, {"id": approval_id, "tenant_id": list(access.visible)})
    if row is None:
        raise not_found()
    tenant_id, action_class = access.check(row["tenant_id"]), ActionClass(row["action_class"])
    row |= dict(await fetch_one(connection, DETAIL, tenant_id, approval_id, _FIRST_NAMES))
    rules = (await safety.rules_of(connection, [tenant_id]))[tenant_id]
    row["used_now"] = await budgets.used(connection, tenant_id, action_class)
    row["per_hour_now"] = rules.budgets[action_class].per_hour
    return Response(msgspec.json.encode(row), media_type="application/json")


@router.get("/approvals/{approval_id}", response_model=ApprovalOut)
async def get_approval(
    approval_id: UUID, access: Annotated[Access, require(Permission.APPROVAL_READ)], runtime: CurrentRuntime
) -> Response:
    """One request with everything that has to be known to decide."""
    async with runtime.database.reading(access.visible) as connection:
        return await _detail(connection, access, approval_id)


async def _decide(
    runtime: Runtime, access: Access, approval_id: UUID, data: DecisionRequest, decision: approvals.Decision
) -> Response:
    async with runtime.database.writing(access.visible) as tx:
        approval = await approvals.find(tx.connection, approval_id)
        tenant_id = approval["tenant_id"]
        await approvals.decide(tx, access, approval, decision, data.comment)
        rows = await apply_decision(tx, tenant_id, approval_id, approved=decision == "approved")
        approvals.record_decision(tx, access, approval, decision, data.comment, len(rows))
        notify_changed(tx, rows, wake=decision == "approved")
        tx.announce(Change("job", tenant_id, approval["job_id"]))
        tx.announce(Change("approval", tenant_id, approval_id, state=decision))
        return await _detail(tx.connection, access, approval_id)


@router.post("/approvals/{approval_id}/approve", response_model=ApprovalOut)
async def approve(
    approval_id: UUID,
    data: DecisionRequest,
    access: Annotated[Access, require(Permission.APPROVAL_DECIDE)],
    runtime: CurrentRuntime,
) -> Response:
    """Let the tasks go on, beyond the budget. Never by whoever asked; wants a fresh second factor."""
    return await _decide(runtime, access, approval_id, data, "approved")


@router.post("/approvals/{approval_id}/reject", response_model=ApprovalOut)
async def reject(
    approval_id: UUID,
    data: DecisionRequest,
    access: Annotated[Access, require(Permission.APPROVAL_DECIDE)],
    runtime: CurrentRuntime,
) -> Response:
    """Cancel the tasks."""
    return await _decide(runtime, access, approval_id, data, "rejected")
