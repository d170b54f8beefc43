"""Why a task has not begun yet, told in full for one task [R15]."""

from collections.abc import Mapping
from typing import Any

from bosman_protocol.work import ActionClass
from bosman_server.kit.db.scope import TenantScope
from bosman_server.kit.db.site_limits import ignoring_site_limits
from bosman_server.kit.db.transaction import Connection
from bosman_server.work.safety import budgets
from bosman_server.work.safety import service as safety
from bosman_server.work.safety.rules import FLEET

_APPROVAL = """
SELECT requested_by_name, requested_at, expires_at FROM tasks_approval
WHERE tenant_id = $1 AND id = $2
"""
_FREEZE = """
SELECT reason, changed_by_name, changed_at FROM safety_freeze
WHERE tenant_id = ANY ($1::uuid[]) AND frozen ORDER BY tenant_id LIMIT 1
"""


async def explain(connection: Connection, scope: TenantScope, row: Mapping[str, Any]) -> dict[str, Any] | None:
    """What keeps a task (as lists show it) from beginning; None when nothing does."""
    kind: str | None = row["waiting_for"]
    if kind is None:
        return None
    reason: dict[str, Any] = {
        "kind": kind, "since": None, "until": None, "by_name": None, "reason": None, "per_hour": None
    }  # fmt: skip
    if kind == "time":
        return reason | {"until": row["not_before"]}
    if kind == "freeze":
        found = await connection.fetchrow(_FREEZE, [row["tenant_id"], FLEET])
        if found is None:
            return reason
        return reason | {"since": found["changed_at"], "by_name": found["changed_by_name"], "reason": found["reason"]}
    async with ignoring_site_limits(connection, scope):
        return reason | (await _approval(connection, row) if kind == "approval" else await _budget(connection, row))


async def _approval(connection: Connection, row: Mapping[str, Any]) -> dict[str, Any]:
    found = await connection.fetchrow(_APPROVAL, row["tenant_id"], row["approval_id"])
    if found is None:
        return {}
    return {"since": found["requested_at"], "by_name": found["requested_by_name"], "until": found["expires_at"]}


async def _budget(connection: Connection, row: Mapping[str, Any]) -> dict[str, Any]:
    tenant_id, action_class = row["tenant_id"], ActionClass(row["action_class"])
    rules = (await safety.rules_of(connection, [tenant_id]))[tenant_id]
    per_hour = rules.budgets[action_class].per_hour
    position = await budgets.queue_position(connection, tenant_id, action_class, row["created_at"], row["id"])
    until = await budgets.estimate(connection, tenant_id, action_class, per_hour, position)
    return {"until": until, "per_hour": per_hour}
