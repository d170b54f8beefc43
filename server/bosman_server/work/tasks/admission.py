"""The last question before a task is signed: does it still fit into the budget, was it really approved [R9, R10]."""

from collections.abc import Sequence
from uuid import UUID

from bosman_protocol.work import ActionClass, class_of
from bosman_server.kit.db.transaction import Connection, Record
from bosman_server.work.safety import budgets
from bosman_server.work.safety import service as safety
from bosman_server.work.tasks import sql


async def admit(connection: Connection, tenant_id: UUID, device_id: UUID, rows: Sequence[Record]) -> list[Record]:
    """Those of the leased rows that may be handed out; the others go back to waiting, in this transaction.

    A task that is delivered again was let through before and counts no second time.
    """
    stopped = await _not_approved(connection, tenant_id, rows)
    if stopped:
        await connection.execute(sql.HOLD_BACK, tenant_id, stopped, "approval")
    fresh: dict[ActionClass, list[Record]] = {}
    for row in rows:
        action_class = class_of(row["kind"])
        if row["fresh"] and action_class is not None and row["approval_id"] is None:
            fresh.setdefault(action_class, []).append(row)
    # One order for all: two workers that ask for the same locks must not wait for each other.
    for action_class in sorted(fresh):
        beyond = await _beyond(connection, tenant_id, action_class, fresh[action_class])
        if beyond:
            await connection.execute(sql.HOLD_BACK, tenant_id, beyond, "budget")
            stopped += beyond
    paid = {row["id"]: one for one, group in fresh.items() for row in group if row["id"] not in stopped}
    await budgets.note(connection, tenant_id, device_id, paid)
    return [row for row in rows if row["id"] not in stopped]


async def _not_approved(connection: Connection, tenant_id: UUID, rows: Sequence[Record]) -> list[UUID]:
    wanted = {row["approval_id"] for row in rows if row["approval_id"] is not None}
    if not wanted:
        return []
    found = await connection.fetch(sql.APPROVED, tenant_id, list(wanted))
    approved = {(row["id"], row["job_id"]) for row in found}
    return [
        row["id"]
        for row in rows
        if row["approval_id"] is not None and (row["approval_id"], row["job_id"]) not in approved
    ]


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
