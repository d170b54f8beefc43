"""Making and cancelling work. Everything runs in the caller's transaction on a bare connection (the hot path)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from bosman_protocol.codes import Code
from bosman_protocol.work import TaskKind, parse_params
from bosman_server.core.audit.service import record
from bosman_server.core.identity.access import Access
from bosman_server.core.identity.permissions import Permission
from bosman_server.core.specs.gate_spec import NewWork
from bosman_server.core.specs.kind_spec import spec_of
from bosman_server.fleet.devices.targeting import TargetDevice
from bosman_server.kit.batching import in_turns
from bosman_server.kit.clock import utc_now
from bosman_server.kit.db.scope import TenantId
from bosman_server.kit.db.transaction import Connection, Record, Transaction
from bosman_server.kit.ids import uuid7
from bosman_server.kit.problems import Problem, not_found
from bosman_server.work.safety import service as safety
from bosman_server.work.tasks import confirmation, sql, waiting
from bosman_server.work.tasks.schemas import WorkRequest

_MAX_PARAMS_BYTES = 512 * 1024
"""Signed and in base64 they must still fit into one message of the bus."""


@dataclass(frozen=True, slots=True)
class CreatedTask:
    """A task that has come of a wish."""

    id: UUID
    device: TargetDevice
    state: str


@dataclass(frozen=True, slots=True)
class Created:
    """What came of a wish: one job, its tasks, and requests for a second person."""

    job_id: UUID
    tasks: list[CreatedTask]
    approvals: list[tuple[TenantId, UUID]]


def check_params(kind: TaskKind, params: object) -> dict[str, object]:
    """Parameters as the agent will accept them. Raises Problem 422 `job.bad_params` naming the field."""
    try:
        typed = parse_params(kind, params)
    except msgspec.ValidationError as error:
        raise Problem(422, Code.JOB_BAD_PARAMS, {"detail": str(error)[:200]}) from None
    result: dict[str, object] = msgspec.to_builtins(typed)
    spec_of(kind).check(result)
    if len(msgspec.json.encode(result)) > _MAX_PARAMS_BYTES:
        raise Problem(422, Code.JOB_BAD_PARAMS, {"detail": "too large"})
    return result


async def create_job(
    tx: Transaction,
    access: Access,
    request: WorkRequest,
    devices: Sequence[TargetDevice],
    confirmed_count: int | None = None,
    job_id: UUID | None = None,
    retry_of: UUID | None = None,
) -> Created:
    """One job over the devices, one row per tenant with the same id, and one task per device.

    `job_id`: None = a new one. `retry_of`: the first job of those that it is another try of.

    Raises Problem 403 when the permission for this work is missing in any of the tenants or an API key was not
    given one of the devices, and what `confirmation.require_confirmation` raises.
    """
    spec, params = spec_of(request.kind), check_params(request.kind, request.params)
    by_tenant: dict[TenantId, list[TargetDevice]] = {}
    async for part in in_turns(devices):
        for device in part:
            by_tenant.setdefault(TenantId(device.tenant_id), []).append(device)
    for tenant_id, members in by_tenant.items():
        access.check(tenant_id)
        for permission in spec.needed(params):
            access.check_also(tenant_id, permission)
        if request.outside_windows is not None:
            access.check_also(tenant_id, Permission.WINDOW_OVERRIDE)
        _check_devices(access, tenant_id, members)
    rules = await safety.rules_of(tx.connection, by_tenant) if spec.action_class else {}
    await confirmation.require_confirmation(
        tx.connection, access, request.kind, params,
        count=len(devices), confirmed_count=confirmed_count, rules=rules.values(),
    )  # fmt: skip
    wish = _Wish(request, params, job_id or uuid7(), _expiry(request), retry_of)
    created = Created(wish.job_id, [], [])
    # In one order for all: who makes work for the same tenants must not wait for one another.
    for tenant_id in sorted(by_tenant):
        await _insert(tx, access, wish, tenant_id, by_tenant[tenant_id], created)
    return created


def _check_devices(access: Access, tenant_id: TenantId, devices: Sequence[TargetDevice]) -> None:
    listed = access.subject.grants[tenant_id].device_ids
    if listed is not None and any(device.id not in listed for device in devices):
        raise Problem(403, Code.API_KEY_OTHER_DEVICE)


@dataclass(frozen=True, slots=True)
class _Wish:
    request: WorkRequest
    params: dict[str, object]
    job_id: UUID
    expires_at: datetime
    retry_of: UUID | None


def _expiry(request: WorkRequest) -> datetime:
    spec = spec_of(request.kind)
    wanted = request.expires_in_seconds or spec.default_expiry_seconds
    if wanted > spec.longest_expiry_seconds:
        raise Problem(422, Code.JOB_BAD_PARAMS, {"detail": f"expires_in_seconds <= {spec.longest_expiry_seconds}"})
    return (request.not_before or utc_now()) + timedelta(seconds=wanted)


async def _insert(
    tx: Transaction,
    access: Access,
    wish: _Wish,
    tenant_id: TenantId,
    devices: list[TargetDevice],
    created: Created,
) -> None:
    user, request, spec = access.subject, wish.request, spec_of(wish.request.kind)
    kind, action_class = request.kind.value, spec.action_class
    params = wish.params
    if spec.enrich is not None:
        params = await spec.enrich(tx.connection, tenant_id, params, [device.id for device in devices])
    await tx.connection.execute(
        sql.INSERT_JOB, tenant_id, wish.job_id, kind, params, user.user_id, user.name, request.not_before,
        wish.expires_at, user.key_id, wish.retry_of, request.outside_windows,
    )  # fmt: skip
    work = NewWork(
        tenant_id=tenant_id, job_id=wish.job_id, action_class=action_class, device_count=len(devices),
        not_before=request.not_before, expires_at=wish.expires_at,
    )  # fmt: skip
    entered = await waiting.enter(tx, access, work)
    if entered.approval_id is not None:
        created.approvals.append((tenant_id, entered.approval_id))
    state = "waiting" if entered.reason else "queued"
    tasks = [CreatedTask(uuid7(), device, state) async for part in in_turns(devices) for device in part]
    await tx.connection.execute(
        sql.INSERT_TASKS, tenant_id, wish.job_id, [task.id for task in tasks], [device.id for device in devices],
        kind, user.user_id, user.name, request.not_before, wish.expires_at,
        request.timeout_seconds or spec.timeout_seconds, action_class, entered.reason, entered.approval_id,
        user.key_id,
    )  # fmt: skip
    created.tasks.extend(tasks)
    after = {
        "kind": kind,
        "params": spec.audit_view(params),
        "device_ids": [device.id for device in devices[:100]],
        "count": len(tasks),
    }
    if wish.retry_of is not None:
        after["retry_of"] = wish.retry_of
    only = tasks[0].device.id if len(tasks) == 1 else None
    target = ("job", wish.job_id)
    record(tx, tenant_id, access.actor, "job.create", target=target, after=after, device_id=only)
    if request.outside_windows is not None:
        why = {"kind": kind, "count": len(tasks), "reason": request.outside_windows}
        record(tx, tenant_id, access.actor, "window.override", target=target, after=why, device_id=only)


async def cancel_tasks(tx: Transaction, access: Access, tenant_id: UUID, task_ids: list[UUID]) -> list[Record]:
    """Cancel what has not begun, ask agents to stop what has. Returns the rows that changed.

    An API key for certain devices leaves what others do alone.
    """
    listed = access.subject.grants[TenantId(tenant_id)].device_ids
    if listed is not None:
        task_ids = [row["id"] for row in await tx.connection.fetch(sql.OF_DEVICES, tenant_id, task_ids, list(listed))]
    rows: list[Record] = await tx.connection.fetch(sql.CANCEL, tenant_id, task_ids)
    async for part in in_turns(rows):
        for row in part:
            record(tx, tenant_id, access.actor, "task.cancel", target=("task", row["id"]), device_id=row["device_id"])
    return rows


async def apply_decision(tx: Transaction, tenant_id: UUID, approval_id: UUID, *, approved: bool) -> list[Record]:
    """Let the tasks that wait for a second person go on, or cancel them. Returns the rows that changed."""
    statement = sql.RELEASE_APPROVED if approved else sql.TURN_DOWN
    return await tx.connection.fetch(statement, tenant_id, approval_id)


async def find_task(connection: Connection, task_id: UUID) -> Record:
    """A task in scope. Raises Problem 404."""
    row: Record | None = await connection.fetchrow(
        "SELECT t.tenant_id, t.id, t.job_id, t.device_id, d.site_id, t.kind, t.state FROM tasks_task t"
        " JOIN tenancy_device d ON d.tenant_id = t.tenant_id AND d.id = t.device_id WHERE t.id = $1",
        task_id,
    )
    if row is None:
        raise not_found()
    return row
