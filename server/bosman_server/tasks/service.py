"""Making and cancelling work. Everything runs in the caller's transaction on a bare connection (the hot path)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from bosman_protocol.codes import Code
from bosman_protocol.work import TaskKind, parse_params
from bosman_server.audit.service import record_raw
from bosman_server.identity.access import Access
from bosman_server.identity.permissions import Permission
from bosman_server.kit.clock import utc_now
from bosman_server.kit.ids import uuid7
from bosman_server.kit.problems import Problem, not_found
from bosman_server.tasks import sql
from bosman_server.tasks.schemas import WorkRequest

NEEDED: Mapping[TaskKind, Permission] = {
    TaskKind.DIAGNOSTICS_ECHO: Permission.TASK_CREATE,
    TaskKind.INVENTORY_COLLECT: Permission.TASK_CREATE,
    TaskKind.UPDATES_SCAN: Permission.TASK_CREATE,
    TaskKind.UPDATES_INSTALL: Permission.UPDATE_INSTALL,
    TaskKind.SYSTEM_RESTART: Permission.SYSTEM_RESTART,
}
"""What a task of a kind needs beside `task:create`; the dispatcher asks again before it signs."""

TIMEOUT_SECONDS: Mapping[TaskKind, int] = {
    TaskKind.DIAGNOSTICS_ECHO: 300,
    TaskKind.INVENTORY_COLLECT: 600,
    TaskKind.UPDATES_SCAN: 1800,
    TaskKind.UPDATES_INSTALL: 4 * 3600,
    TaskKind.SYSTEM_RESTART: 300,
}


@dataclass(frozen=True, slots=True)
class TargetDevice:
    """A device that work is for."""

    tenant_id: UUID
    id: UUID


@dataclass(frozen=True, slots=True)
class Created:
    """What came of a wish: one job, its tasks, whom to nudge."""

    job_id: UUID
    tasks: list[tuple[UUID, TargetDevice]]
    queued: bool


def check_params(kind: TaskKind, params: object) -> dict[str, Any]:
    """Parameters as the agent will accept them. Raises Problem 422 `job.bad_params` naming the field."""
    try:
        typed = parse_params(kind, params)
    except msgspec.ValidationError as error:
        raise Problem(422, Code.JOB_BAD_PARAMS, {"detail": str(error)[:200]}) from None
    result: dict[str, Any] = msgspec.to_builtins(typed)
    if kind is TaskKind.UPDATES_INSTALL and result["select"] == "chosen" and not result["updates"]:
        raise Problem(422, Code.UPDATES_NONE_SELECTED)
    return result


async def create_job(connection: Any, access: Access, request: WorkRequest, devices: Sequence[TargetDevice]) -> Created:
    """One job over the devices, one row per tenant with the same id, and one task per device.

    Raises Problem 403 when the permission for this kind is missing in any of the tenants.
    """
    params = check_params(request.kind, request.params)
    by_tenant: dict[UUID, list[TargetDevice]] = {}
    for device in devices:
        by_tenant.setdefault(access.check(device.tenant_id), []).append(device)
    for tenant_id in by_tenant:
        access.check_also(tenant_id, NEEDED[request.kind])
    now = utc_now()
    job_id = uuid7()
    queued = request.not_before is None or request.not_before <= now
    expires_at = (now if request.not_before is None else request.not_before) + timedelta(
        seconds=request.expires_in_seconds
    )
    tasks: list[tuple[UUID, TargetDevice]] = []
    for tenant_id, members in by_tenant.items():
        fresh = [(uuid7(), device) for device in members]
        await _insert(connection, access, request, params, tenant_id, job_id, fresh, expires_at, queued=queued)
        tasks.extend(fresh)
    return Created(job_id, tasks, queued)


async def _insert(  # noqa: PLR0913 - the columns of two rows
    connection: Any,
    access: Access,
    request: WorkRequest,
    params: dict[str, Any],
    tenant_id: UUID,
    job_id: UUID,
    tasks: list[tuple[UUID, TargetDevice]],
    expires_at: datetime,
    *,
    queued: bool,
) -> None:
    user = access.subject
    kind = request.kind.value
    await connection.execute(
        sql.INSERT_JOB, tenant_id, job_id, kind, params, user.user_id, user.name, request.not_before, expires_at
    )
    timeout = request.timeout_seconds or TIMEOUT_SECONDS[request.kind]
    await connection.execute(
        sql.INSERT_TASKS, tenant_id, job_id, [task_id for task_id, _ in tasks], [device.id for _, device in tasks],
        kind, params, "queued" if queued else "waiting", user.user_id, user.name, request.not_before, expires_at,
        timeout,
    )  # fmt: skip
    after = {
        "kind": kind,
        "params": params,
        "device_ids": [device.id for _, device in tasks[:100]],
        "count": len(tasks),
    }
    only = tasks[0][1].id if len(tasks) == 1 else None
    await record_raw(
        connection, tenant_id, access.actor, "job.create", target=("job", job_id), after=after, device_id=only
    )


async def cancel_tasks(
    connection: Any, access: Access, tenant_id: UUID, task_ids: list[UUID]
) -> list[Mapping[str, Any]]:
    """Cancel what has not begun, ask agents to stop what has. Returns the rows that changed."""
    rows: list[Mapping[str, Any]] = await connection.fetch(sql.CANCEL, tenant_id, task_ids)
    for row in rows:
        await record_raw(
            connection, tenant_id, access.actor, "task.cancel", target=("task", row["id"]), device_id=row["device_id"]
        )
    return rows


async def find_task(connection: Any, task_id: UUID) -> Mapping[str, Any]:
    """A task in scope. Raises Problem 404."""
    row: Mapping[str, Any] | None = await connection.fetchrow(
        "SELECT tenant_id, id, job_id, device_id, kind, params, state, chunk_count FROM tasks_task WHERE id = $1",
        task_id,
    )
    if row is None:
        raise not_found()
    return row
