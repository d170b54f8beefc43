"""Work waits while it is frozen, and for its budget [R10]."""

from collections.abc import Collection, Sequence
from uuid import UUID

from bosman_protocol.work import ActionClass, WaitReason, class_of
from bosman_server.core.specs.gate_spec import Explanation, Gate, Handout
from bosman_server.kit.db.scope import TenantScope
from bosman_server.kit.db.site_limits import ignoring_site_limits
from bosman_server.kit.db.transaction import Connection, Record
from bosman_server.kit.values import RowView
from bosman_server.work.safety import budgets
from bosman_server.work.safety import service as safety
from bosman_server.work.safety.rules import FLEET

_FREEZE = """
SELECT reason, changed_by_name, changed_at FROM safety_freeze
WHERE tenant_id = ANY ($1::uuid[]) AND frozen ORDER BY tenant_id LIMIT 1
"""
_OVER_BUDGET = """
SELECT DISTINCT tenant_id, action_class FROM tasks_task
WHERE action_class IS NOT NULL AND state IN ('waiting', 'queued') AND waiting_for = 'budget' AND expires_at > now()
"""
# About to be asked for: devices that are there ask within moments. One that does not must not hold up the others.
_ON_THEIR_WAY = """
SELECT count(*) FROM tasks_task t
JOIN enrollment_presence p ON p.tenant_id = t.tenant_id AND p.device_id = t.device_id AND p.online
WHERE t.tenant_id = $1 AND t.action_class = $2 AND t.state = 'queued' AND t.approval_id IS NULL
  AND t.queued_at > now() - interval '30 seconds'
"""
_WITHIN_BUDGET = """
SELECT t.tenant_id, t.id FROM tasks_task t
JOIN enrollment_presence p ON p.tenant_id = t.tenant_id AND p.device_id = t.device_id AND p.online
WHERE t.tenant_id = $1 AND t.action_class = $2 AND t.state = 'waiting' AND t.waiting_for = 'budget'
  AND t.expires_at > now()
ORDER BY t.created_at, t.id LIMIT $3 FOR UPDATE OF t SKIP LOCKED
"""


async def _explain_freeze(connection: Connection, _scope: TenantScope, task: RowView) -> Explanation:
    found = await connection.fetchrow(_FREEZE, [task["tenant_id"], FLEET])
    if found is None:
        return Explanation()
    return Explanation(since=found["changed_at"], by_name=found["changed_by_name"], reason=found["reason"])


async def _explain_budget(connection: Connection, scope: TenantScope, task: RowView) -> Explanation:
    tenant_id, action_class = task["tenant_id"], ActionClass(task["action_class"])
    async with ignoring_site_limits(connection, scope):
        rules = (await safety.rules_of(connection, [tenant_id]))[tenant_id]
        per_hour = rules.budgets[action_class].per_hour
        position = await budgets.queue_position(connection, tenant_id, action_class, task["created_at"], task["id"])
        until = await budgets.estimate(connection, tenant_id, action_class, per_hour, position)
    return Explanation(until=until, per_hour=per_hour)


async def _hold_beyond_budget(connection: Connection, handout: Handout) -> Collection[UUID]:
    """A task that is delivered again was let through before and counts no second time."""
    fresh: dict[ActionClass, list[Record]] = {}
    for row in handout.rows:
        action_class = class_of(row["kind"])
        if row["fresh"] and action_class is not None and row["approval_id"] is None:
            fresh.setdefault(action_class, []).append(row)
    beyond: list[UUID] = []
    # One order for all: two workers that ask for the same locks must not wait for each other.
    for action_class in sorted(fresh):
        beyond += await _beyond(connection, handout.tenant_id, action_class, fresh[action_class])
    return beyond


async def _beyond(connection: Connection, tenant_id: UUID, action_class: ActionClass, rows: list[Record]) -> list[UUID]:
    rows = sorted(rows, key=lambda row: (row["created_at"], row["id"]))
    ids = [row["id"] for row in rows]
    await budgets.lock(connection, tenant_id, action_class)
    rules = (await safety.rules_of(connection, [tenant_id]))[tenant_id]
    used = await budgets.used(connection, tenant_id, action_class, but=ids)
    # Whoever has waited longer goes first.
    ahead = await budgets.queue_position(connection, tenant_id, action_class, rows[0]["created_at"], ids[0])
    room = max(0, rules.budgets[action_class].per_hour - used - ahead)
    return ids[room:]


async def _pay(connection: Connection, handout: Handout) -> None:
    paid = {
        row["id"]: action_class
        for row in handout.rows
        if row["fresh"] and row["approval_id"] is None and (action_class := class_of(row["kind"])) is not None
    }
    await budgets.note(connection, handout.tenant_id, handout.device_id, paid)


async def _over_budget(connection: Connection) -> Sequence[Record | None]:
    return await connection.fetch(_OVER_BUDGET)


async def _within_budget(connection: Connection, group: Record | None) -> Sequence[Record]:
    """As many as fit now, oldest first."""
    assert group is not None, "groups are tenants and classes"
    tenant_id, action_class = group["tenant_id"], ActionClass(group["action_class"])
    await budgets.lock(connection, tenant_id, action_class)
    rules = (await safety.rules_of(connection, [tenant_id]))[tenant_id]
    used = await budgets.used(connection, tenant_id, action_class)
    coming = await connection.fetchval(_ON_THEIR_WAY, tenant_id, action_class.value)
    room = rules.budgets[action_class].per_hour - used - coming
    return await connection.fetch(_WITHIN_BUDGET, tenant_id, action_class.value, room) if room > 0 else []


# Frozen work is not leased at all, and an agent begins none that it holds: there is nothing to hold back or let go.
FREEZE = Gate(reason=WaitReason.FREEZE, explain=_explain_freeze)
BUDGET = Gate(
    reason=WaitReason.BUDGET,
    explain=_explain_budget,
    hold=_hold_beyond_budget,
    passed=_pay,
    groups=_over_budget,
    due=_within_budget,
)
