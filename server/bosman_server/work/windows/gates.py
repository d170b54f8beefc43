"""Work of a class that has maintenance windows waits until one is open [R17]."""

from collections.abc import Collection, Sequence
from uuid import UUID

from bosman_protocol.work import KINDS, TaskKind, WaitReason, WindowClass
from bosman_server.core.specs.gate_spec import Explanation, Gate, Handout
from bosman_server.kit.batching import in_turns
from bosman_server.kit.db.scope import TenantScope
from bosman_server.kit.db.site_limits import ignoring_site_limits
from bosman_server.kit.db.transaction import Connection, Record
from bosman_server.kit.values import RowView
from bosman_server.work.windows import service as windows
from bosman_server.work.windows.queries import LET_GO, WAITING, WAITING_TENANTS

_MOST_AT_ONCE = 2000
"""Tasks that one transaction of the sweeper lets go."""
_KINDS = frozenset(TaskKind)


def class_of(kind: str) -> WindowClass | None:
    """The windows that a kind of work belongs into; None = it belongs into none."""
    return KINDS[TaskKind(kind)].window_class if kind in _KINDS else None


async def _hold(connection: Connection, handout: Handout) -> Collection[UUID]:
    """Also what is delivered again: the device does not have it, so it has not begun."""
    bound = [
        (row["id"], action)
        for row in handout.rows
        if not row["outside_windows"] and (action := class_of(row["kind"])) is not None
    ]
    if not bound:
        return ()
    states = await windows.states_now(
        connection, handout.tenant_id, [handout.device_id], {action for _, action in bound}
    )
    mine = states.get(handout.device_id, {})
    return [task_id for task_id, action in bound if action in mine and mine[action].state in windows.SHUT]


async def _explain(connection: Connection, scope: TenantScope, task: RowView) -> Explanation:
    action = class_of(task["kind"])
    if action is None:
        return Explanation()
    async with ignoring_site_limits(connection, scope):
        states = await windows.states_now(connection, task["tenant_id"], [task["device_id"]], [action])
    mine = states.get(task["device_id"], {})
    if action not in mine or mine[action].state not in windows.SHUT:
        return Explanation()
    return Explanation(until=windows.moment(mine[action].until), reason=mine[action].window)


async def _tenants(connection: Connection) -> Sequence[Record | None]:
    return await connection.fetch(WAITING_TENANTS)


async def _due(connection: Connection, group: Record | None) -> Sequence[Record]:
    """Those whose windows are open now, oldest first."""
    assert group is not None, "groups are tenants"
    tenant_id: UUID = group["tenant_id"]
    calendar, by_device = await windows.calendar(connection, tenant_id)
    rows = await connection.fetch(WAITING, tenant_id, by_device)
    found: list[UUID] = []
    async for part in in_turns(rows, windows.TURN):
        for row in part:
            action = class_of(row["kind"])
            if action is None or calendar.state(windows.place_of(row), action).state not in windows.SHUT:
                found.append(row["task_id"])
        if len(found) >= _MOST_AT_ONCE:
            break
    return await connection.fetch(LET_GO, tenant_id, found[:_MOST_AT_ONCE]) if found else []


WINDOW = Gate(reason=WaitReason.WINDOW, explain=_explain, hold=_hold, groups=_tenants, due=_due)
