"""Work beyond a limit waits for a second person [R10]."""

from collections.abc import Collection
from uuid import UUID

from bosman_protocol.work import WaitReason
from bosman_server.core.identity.access import Access
from bosman_server.core.specs.gate_spec import Entry, Explanation, Gate, Handout, NewWork
from bosman_server.kit.db.scope import TenantScope
from bosman_server.kit.db.site_limits import ignoring_site_limits
from bosman_server.kit.db.transaction import Connection, Transaction
from bosman_server.kit.values import RowView
from bosman_server.work.approvals import service as approvals
from bosman_server.work.safety import service as safety

_REQUEST = "SELECT requested_by_name, requested_at, expires_at FROM tasks_approval WHERE tenant_id = $1 AND id = $2"
_APPROVED = """
SELECT id, job_id FROM tasks_approval WHERE tenant_id = $1 AND id = ANY ($2::uuid[]) AND decision = 'approved'
  AND decided_by IS DISTINCT FROM requested_by
"""


async def _enter(tx: Transaction, access: Access, work: NewWork) -> Entry | None:
    if work.action_class is None:
        return None
    rules = (await safety.rules_of(tx.connection, [work.tenant_id]))[work.tenant_id]
    why = await approvals.required(
        tx.connection, access, work.tenant_id, work.action_class, rules.budgets[work.action_class], work.device_count
    )
    if why is None:
        return None
    return Entry(
        await approvals.request(
            tx, access, work.tenant_id, work.job_id, why, count=work.device_count, expires_at=work.expires_at
        )
    )


async def _hold(connection: Connection, handout: Handout) -> Collection[UUID]:
    wanted = {row["approval_id"] for row in handout.rows if row["approval_id"] is not None}
    if not wanted:
        return ()
    found = await connection.fetch(_APPROVED, handout.tenant_id, list(wanted))
    approved = {(row["id"], row["job_id"]) for row in found}
    return [
        row["id"]
        for row in handout.rows
        if row["approval_id"] is not None and (row["approval_id"], row["job_id"]) not in approved
    ]


async def _explain(connection: Connection, scope: TenantScope, task: RowView) -> Explanation:
    async with ignoring_site_limits(connection, scope):
        found = await connection.fetchrow(_REQUEST, task["tenant_id"], task["approval_id"])
    if found is None:
        return Explanation()
    return Explanation(since=found["requested_at"], by_name=found["requested_by_name"], until=found["expires_at"])


APPROVAL = Gate(reason=WaitReason.APPROVAL, explain=_explain, enter=_enter, hold=_hold)
