"""Counting against the hourly budgets [R10]. Whoever counts and then acts holds the tenant's lock for the class."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from bosman_protocol.work import ActionClass
from bosman_server.kit.db.transaction import Connection

HOUR = timedelta(hours=1)

_LOCK = "SELECT tasks_lock_budget($1, $2)"

# A task counts from its first hand-out for an hour, whatever became of it; what a second person approved never does.
_USED = """
SELECT count(*) FROM tasks_handout
WHERE tenant_id = $1 AND action_class = $2 AND at > now() - interval '1 hour' AND id <> ALL ($3::uuid[])
"""
_NOTE = """
INSERT INTO tasks_handout (tenant_id, id, device_id, action_class, at)
SELECT $1, t.id, t.device_id, t.action_class, now()
FROM unnest($2::uuid[], $3::uuid[], $4::text[]) AS t (id, device_id, action_class)
ON CONFLICT DO NOTHING
"""
_PENDING = """
SELECT count(*) FROM tasks_task
WHERE tenant_id = $1 AND action_class = $2 AND state IN ('waiting', 'queued') AND approval_id IS NULL
"""
_ALL_USED = """
SELECT action_class, count(*) AS number FROM tasks_handout
WHERE tenant_id = $1 AND at > now() - interval '1 hour' GROUP BY action_class
"""
_ALL_PENDING = """
SELECT action_class, count(*) AS number FROM tasks_task
WHERE tenant_id = $1 AND action_class IS NOT NULL AND state IN ('waiting', 'queued') AND approval_id IS NULL
GROUP BY action_class
"""

# Only devices that are there take a place in the queue: those that are away, or do not ask, hold up nobody.
_AHEAD = """
SELECT count(*) FROM tasks_task t
JOIN enrollment_presence p ON p.tenant_id = t.tenant_id AND p.device_id = t.device_id AND p.online
WHERE t.tenant_id = $1 AND t.action_class = $2 AND t.expires_at > now() AND (t.created_at, t.id) < ($3, $4)
  AND ((t.state = 'waiting' AND t.waiting_for = 'budget')
       OR (t.state = 'queued' AND t.approval_id IS NULL AND t.queued_at > t.created_at
           AND t.queued_at > now() - interval '30 seconds'))
"""
_HANDED_OUT = """
SELECT at FROM tasks_handout
WHERE tenant_id = $1 AND action_class = $2 AND at > now() - interval '1 hour' ORDER BY at
"""


async def lock(connection: Connection, tenant_id: UUID, action_class: ActionClass) -> None:
    """Nobody else counts or hands out in this tenant and class until the transaction ends."""
    await connection.execute(_LOCK, tenant_id, action_class.value)


async def used(
    connection: Connection, tenant_id: UUID, action_class: ActionClass, but: list[UUID] | None = None
) -> int:
    """How many tasks were handed out within the last hour, without those of `but`."""
    return int(await connection.fetchval(_USED, tenant_id, action_class.value, but or []))


async def note(connection: Connection, tenant_id: UUID, device_id: UUID, tasks: Mapping[UUID, ActionClass]) -> None:
    """These tasks of a device are handed out now, and paid for."""
    if tasks:
        classes = [one.value for one in tasks.values()]
        await connection.execute(_NOTE, tenant_id, list(tasks), [device_id] * len(tasks), classes)


async def committed(connection: Connection, tenant_id: UUID, action_class: ActionClass) -> int:
    """How many were handed out within the last hour or still will be."""
    pending = await connection.fetchval(_PENDING, tenant_id, action_class.value)
    return await used(connection, tenant_id, action_class) + int(pending)


async def queue_position(
    connection: Connection, tenant_id: UUID, action_class: ActionClass, created_at: datetime, task_id: UUID
) -> int:
    """How many older tasks of devices that are there wait for the budget, or were woken just now."""
    return int(await connection.fetchval(_AHEAD, tenant_id, action_class.value, created_at, task_id))


async def usage(connection: Connection, tenant_id: UUID) -> Mapping[ActionClass, tuple[int, int]]:
    """Per class: handed out within the last hour, and pending."""
    handed = {row["action_class"]: row["number"] for row in await connection.fetch(_ALL_USED, tenant_id)}
    pending = {row["action_class"]: row["number"] for row in await connection.fetch(_ALL_PENDING, tenant_id)}
    return {name: (handed.get(name.value, 0), pending.get(name.value, 0)) for name in ActionClass}


async def estimate(
    connection: Connection, tenant_id: UUID, action_class: ActionClass, per_hour: int, position: int
) -> datetime | None:
    """When the task at a position of the queue (0 = the first) will probably be handed out; None = never."""
    if per_hour <= 0:
        return None
    times = [row["at"] for row in await connection.fetch(_HANDED_OUT, tenant_id, action_class.value)]
    lacking = position + 1 - (per_hour - len(times))
    if lacking <= 0 or not times:
        return None
    rounds, place = divmod(lacking - 1, len(times))
    when: datetime = times[place] + HOUR * (rounds + 1)
    return when
