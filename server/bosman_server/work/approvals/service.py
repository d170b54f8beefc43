"""A second person for work beyond the budget: asked for, given, refused [R10]."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from bosman_protocol.codes import Code
from bosman_protocol.work import ActionClass
from bosman_server.core.audit.actions import Action
from bosman_server.core.audit.service import Actor, record
from bosman_server.core.identity.access import Access
from bosman_server.core.identity.holders import Holder, users_with_permission
from bosman_server.core.identity.permissions import Permission
from bosman_server.core.identity.proof import show_session
from bosman_server.kit.db.scope import TenantId
from bosman_server.kit.db.site_limits import ignoring_site_limits
from bosman_server.kit.db.transaction import Connection, Record, Transaction
from bosman_server.kit.ids import uuid7
from bosman_server.kit.problems import Problem, not_found
from bosman_server.work.safety import budgets
from bosman_server.work.safety.rules import BudgetRule

_INSERT = """
INSERT INTO tasks_approval (tenant_id, id, job_id, action_class, reason, device_count, per_hour, used,
                            requested_by, requested_by_name, requested_at, expires_at)
VALUES ($1, $2, $3, $4, 'budget', $5, $6, $7, $8, $9, now(), $10)
"""
_FIND = "SELECT tenant_id, id, job_id, requested_by, device_count FROM tasks_approval WHERE id = $1"

# Of two people who decide at once the first one counts.
_DECIDE = """
UPDATE tasks_approval SET decision = $3, decided_by = $4, decided_by_name = $5, decided_at = now(), comment = $6
WHERE tenant_id = $1 AND id = $2 AND decision IS NULL AND expires_at > now()
RETURNING id
"""
_WITHDRAW = """
UPDATE tasks_approval a SET decision = 'withdrawn', decided_at = now(), decided_by = $3, decided_by_name = $4
WHERE a.tenant_id = $1 AND a.job_id = $2 AND a.decision IS NULL AND NOT EXISTS (
    SELECT FROM tasks_task t WHERE t.tenant_id = a.tenant_id AND t.approval_id = a.id AND t.state = 'waiting')
RETURNING a.id
"""

Decision = Literal["approved", "rejected"]


class ApprovalRequirement(msgspec.Struct, frozen=True):
    """A job goes beyond the budget of a tenant: what was spoken for already, and the budget."""

    action_class: ActionClass
    per_hour: int
    used: int


async def required(
    connection: Connection, access: Access, tenant_id: TenantId, action_class: ActionClass, rule: BudgetRule, count: int
) -> ApprovalRequirement | None:
    """Whether so many more tasks need a second person; nobody else adds any until the transaction ends."""
    if rule.on_overflow != "approval":
        return None
    await budgets.lock(connection, tenant_id, action_class)
    async with ignoring_site_limits(connection, access.scope):
        used = await budgets.committed(connection, tenant_id, action_class)
    return ApprovalRequirement(action_class, rule.per_hour, used) if used + count > rule.per_hour else None


async def request(
    tx: Transaction,
    access: Access,
    tenant_id: TenantId,
    job_id: UUID,
    why: ApprovalRequirement,
    *,
    count: int,
    expires_at: datetime,
) -> UUID:
    """Ask for a second person. Returns the id of the approval, which the tasks carry."""
    approval_id = uuid7()
    user = access.subject
    await tx.connection.execute(
        _INSERT, tenant_id, approval_id, job_id, why.action_class.value, count, why.per_hour, why.used,
        user.user_id, user.name, expires_at,
    )  # fmt: skip
    after = {"job_id": job_id, "action_class": why.action_class, "device_count": count, "per_hour": why.per_hour}
    after |= {"used": why.used}
    target = ("approval", approval_id)
    record(tx, tenant_id, access.actor, "approval.request", target=target, after=after)
    return approval_id


async def find(connection: Connection, approval_id: UUID) -> Record:
    """An approval in scope. Raises Problem 404."""
    row: Record | None = await connection.fetchrow(_FIND, approval_id)
    if row is None:
        raise not_found()
    return row


async def decide(tx: Transaction, access: Access, approval: Record, decision: Decision, comment: str) -> None:
    """Write down what the second person says; `record_decision` tells the trail once the tasks are changed.

    Raises Problem 403 for one's own request or without a fresh second factor, 409 when it is decided or expired.
    """
    tenant_id = access.check(approval["tenant_id"])
    if approval["requested_by"] == access.subject.user_id:
        raise Problem(403, Code.APPROVAL_OWN_REQUEST)
    access.check_fresh()
    user = access.subject
    await show_session(tx.connection, user)
    decided = await tx.connection.fetchval(
        _DECIDE, tenant_id, approval["id"], decision, user.user_id, user.name, comment or None
    )
    if decided is None:
        raise Problem(409, Code.APPROVAL_CLOSED)


def record_decision(
    tx: Transaction, access: Access, approval: Record, decision: Decision, comment: str, task_count: int
) -> None:
    """The trail's entry about a decision that changed so many tasks."""
    action: Action = "approval.approve" if decision == "approved" else "approval.reject"
    after = {"job_id": approval["job_id"], "count": task_count, "comment": comment}
    record(tx, approval["tenant_id"], access.actor, action, target=("approval", approval["id"]), after=after)


async def withdraw(tx: Transaction, access: Access, tenant_id: UUID, job_id: UUID) -> UUID | None:
    """Close a job's request once none of its tasks waits for it. Returns its id.

    Whoever is limited to sites does not see whether others wait: the sweeper closes it then.
    """
    if access.visible.is_limited(tenant_id):
        return None
    user = access.subject
    closed: UUID | None = await tx.connection.fetchval(_WITHDRAW, tenant_id, job_id, user.user_id, user.name)
    if closed is not None:
        record_withdrawal(tx, access.actor, tenant_id, closed, job_id)
    return closed


def record_withdrawal(tx: Transaction, actor: Actor, tenant_id: UUID, approval_id: UUID, job_id: UUID) -> None:
    """The trail's entry about a request that nothing waits for any longer."""
    target, after = ("approval", approval_id), {"job_id": job_id}
    record(tx, tenant_id, actor, "approval.withdraw", target=target, after=after)


async def approvers(connection: Connection, tenant_id: UUID, except_user: UUID | None) -> list[Holder]:
    """Who may decide for a tenant, without the one who asks: people to write to."""
    return await users_with_permission(connection, tenant_id, Permission.APPROVAL_DECIDE, except_user)
