"""Routes of jobs: make work for one device or for many, watch it, cancel it, try the failed ones again."""

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from typing import Annotated
from uuid import UUID

import msgspec
from fastapi import APIRouter, Depends, Response

from bosman_protocol.codes import Code
from bosman_protocol.work import KINDS, TaskKind
from bosman_server.core.identity.access import Access, require
from bosman_server.core.identity.permissions import Permission
from bosman_server.core.specs.kind_spec import spec_of
from bosman_server.fleet.devices.queries import ACTIVE_OF, BREAKDOWN, DEVICES
from bosman_server.fleet.devices.targeting import TargetDevice, active_devices
from bosman_server.kit.batching import in_turns
from bosman_server.kit.db.list_query import ListQuery
from bosman_server.kit.db.scope import TenantId, TenantScope
from bosman_server.kit.db.transaction import Connection, Record, Transaction, fetch_one
from bosman_server.kit.live import Change
from bosman_server.kit.paging import Page
from bosman_server.kit.problems import Problem, not_found
from bosman_server.kit.runtime import CurrentRuntime
from bosman_server.kit.values import Row
from bosman_server.work.approvals import service as approvals
from bosman_server.work.safety import service as safety
from bosman_server.work.tasks import confirmation, service
from bosman_server.work.tasks.idempotency import IdempotencyKey, claim
from bosman_server.work.tasks.models import FAILED
from bosman_server.work.tasks.notify import notify_changed, notify_created
from bosman_server.work.tasks.queries import (
    CANCEL_JOB,
    FAILED_OF_JOB,
    JOBS,
    RETRIED,
    TASKS_OF_JOB,
    read_job_attempts,
    read_jobs,
    read_made_task,
)
from bosman_server.work.tasks.schemas import (
    MAX_DEVICES,
    DevicesTarget,
    FilterTarget,
    JobCreate,
    JobDetailOut,
    JobOut,
    JobPreview,
    JobPreviewOut,
    JobRetry,
    TaskCreate,
    TaskRetry,
    TaskRowOut,
    TenantShare,
    WindowShare,
    WorkRequest,
)
from bosman_server.work.windows import service as windows

router = APIRouter(tags=["jobs"])
Creating = Annotated[Access, require(Permission.TASK_CREATE)]


async def _resolve(
    connection: Connection, access: Access, target: DevicesTarget | FilterTarget, *, as_many_as_seen: bool = True
) -> list[TargetDevice]:
    if isinstance(target, DevicesTarget):
        return await active_devices(connection, access, target.device_ids)
    wanted = target.filter.narrowing
    if target.filter.status == "revoked":
        raise Problem(409, Code.DEVICE_REVOKED)
    scope = access.restricted_to(wanted.pop("tenant_id", None))
    rows = await DEVICES.ids(connection, scope, {"status": target.filter.status, **wanted}, MAX_DEVICES + 1)
    if len(rows) > MAX_DEVICES:
        raise Problem(422, Code.JOB_TOO_LARGE, {"max": MAX_DEVICES})
    if not rows:
        raise Problem(422, Code.JOB_EMPTY_TARGET)
    if as_many_as_seen:
        _check_count(target.expected_count, len(rows))
    active = await connection.fetch(ACTIVE_OF, [row["id"] for row in rows])
    devices = await _mine(access, active, "id")
    if access.scope.open_ids is not None:
        await active_devices(connection, access, [device.id for device in devices])
    if not devices:
        raise Problem(422, Code.JOB_EMPTY_TARGET)
    return devices


def _check_count(expected: int, actual: int) -> None:
    """What was seen is what is meant: whatever has joined or left since makes it another wish.

    What was seen may hold devices that are shut out, or that an API key was not given: they are left out.
    """
    if expected != actual:
        raise Problem(409, Code.JOB_COUNT_CHANGED, {"expected": expected, "actual": actual})


async def _mine(access: Access, rows: Sequence[Record], device_id: str) -> list[TargetDevice]:
    """Of what a filter matches, an API key for certain devices means its own. `device_id`: what rows call it."""
    listed = {tenant_id: grant.device_ids for tenant_id, grant in access.subject.grants.items()}
    return [
        TargetDevice(row["tenant_id"], row[device_id])
        async for part in in_turns(rows)
        for row in part
        if (own := listed[TenantId(row["tenant_id"])]) is None or row[device_id] in own
    ]


def _in_whole(access: Access, tenant_id: UUID) -> bool:
    """Whether every task of a job in a tenant is one that the subject may cancel."""
    grant = access.subject.grants[TenantId(tenant_id)]
    return grant.site_ids is None and grant.device_ids is None


def _check_kind(kind: TaskKind) -> None:
    """What may be installed as an agent is the server's to say: such work has a route of its own."""
    if not spec_of(kind).wished_by_people:
        raise Problem(422, Code.JOB_UNKNOWN_KIND)


@router.post("/jobs", status_code=201, response_model=JobOut)
async def create_job(
    data: JobCreate, access: Creating, runtime: CurrentRuntime, idempotency_key: IdempotencyKey = None
) -> Response:
    """One wish for many devices."""
    _check_kind(data.kind)
    async with runtime.database.writing(access.scope) as tx:
        job_id, made_before = await claim(tx, access, idempotency_key, "jobs", data)
        if not made_before:
            devices = await _resolve(tx.connection, access, data.target)
            created = await service.create_job(tx, access, data, devices, data.confirmed_count, job_id)
            notify_created(tx, created)
        job = await _job(tx.connection, access.scope, job_id)
    return Response(msgspec.json.encode(job), 201, media_type="application/json")


@router.post("/jobs/preview")
async def preview_job(data: JobPreview, access: Creating, runtime: CurrentRuntime) -> JobPreviewOut:
    """What a wish would be for and what it would ask for; nothing is made."""
    _check_kind(data.kind)
    async with runtime.database.reading(access.scope) as connection:
        devices = await _resolve(connection, access, data.target, as_many_as_seen=False)
        tenant_ids = sorted({device.tenant_id for device in devices})
        for tenant_id in tenant_ids:
            access.check(tenant_id)
        shares = await connection.fetch(BREAKDOWN, tenant_ids, [device.id for device in devices])
        rules = await safety.rules_of(connection, tenant_ids)
        shut = await windows.share_of(connection, access, KINDS[data.kind].window_class, devices)
        asked = await confirmation.what_is_asked(
            connection, access, data.kind, data.params, count=len(devices), rules=rules.values()
        )
    return JobPreviewOut(
        device_count=len(devices),
        shares=[TenantShare.model_validate(dict(share)) for share in shares],
        confirm_count=asked.count,
        step_up=asked.step_up,
        windows=None if shut is None else WindowShare.model_validate(shut),
    )


@router.post("/devices/{device_id}/tasks", status_code=201, response_model=TaskRowOut)
async def create_task(
    device_id: UUID, data: TaskCreate, access: Creating, runtime: CurrentRuntime, idempotency_key: IdempotencyKey = None
) -> Response:
    """One wish for one device."""
    _check_kind(data.kind)
    async with runtime.database.writing(access.visible) as tx:
        task_id = None
        job_id, made_before = await claim(tx, access, idempotency_key, f"devices/{device_id}/tasks", data)
        if not made_before:
            devices = await active_devices(tx.connection, access, [device_id])
            created = await service.create_job(tx, access, data, devices, data.confirmed_count, job_id)
            notify_created(tx, created)
            task_id = created.tasks[0].id
        row = await read_made_task(tx.connection, access.visible, job_id, task_id)
    return Response(msgspec.json.encode(row), 201, media_type="application/json")


@router.get("/jobs", response_model=Page[JobOut])
async def list_jobs(
    access: Annotated[Access, require(Permission.TASK_READ)],
    runtime: CurrentRuntime,
    query: Annotated[ListQuery, Depends(JOBS.query)],
) -> Response:
    """Jobs of the tenants that the user may enter, newest first."""
    scope = access.restricted_to(query.tenant_ids)
    async with runtime.database.reading(scope) as connection:
        rows = await JOBS.fetch(connection, scope, query)
        jobs = {job["id"]: job for job in await read_jobs(connection, scope, [row["id"] for row in rows.items])}
    rows.items[:] = [jobs[row["id"]] for row in rows.items]
    return rows.response()


async def _job(connection: Connection, scope: TenantScope, job_id: UUID) -> Row:
    jobs = await read_jobs(connection, scope, [job_id])
    if not jobs:
        raise not_found()
    return jobs[0]


@router.get("/jobs/{job_id}", response_model=JobDetailOut)
async def get_job(
    job_id: UUID, access: Annotated[Access, require(Permission.TASK_READ)], runtime: CurrentRuntime
) -> Response:
    """One job with its counts, and the other tries of its wish."""
    async with runtime.database.reading(access.scope) as connection:
        job = await _job(connection, access.scope, job_id)
        job["attempts"] = await read_job_attempts(connection, access.scope, job)
    return Response(msgspec.json.encode(job), media_type="application/json")


@router.post("/jobs/{job_id}/cancel", response_model=JobOut)
async def cancel_job(
    job_id: UUID, access: Annotated[Access, require(Permission.TASK_CANCEL)], runtime: CurrentRuntime
) -> Response:
    """Cancel every unfinished task of a job, as far as one's sites and devices go.

    Only whoever is responsible for all of it in a tenant cancels the job there: tasks of others may run on.
    """
    async with runtime.database.writing(access.scope) as tx:
        job = await _job(tx.connection, access.scope, job_id)
        found = await tx.connection.fetch(TASKS_OF_JOB, job_id, list(access.scope), access.scope.visible_to)
        for tenant_id, members in groupby(found, key=itemgetter("tenant_id")):
            changed = await service.cancel_tasks(tx, access, tenant_id, [row["id"] for row in members])
            notify_changed(tx, changed, wake=True)
        for tenant_id in job["tenant_ids"]:
            approval_id = await approvals.withdraw(tx, access, tenant_id, job_id)
            if approval_id is not None:
                tx.announce(Change("approval", tenant_id, approval_id, state="withdrawn"))
        whole = [tenant_id for tenant_id in job["tenant_ids"] if _in_whole(access, tenant_id)]
        await tx.connection.execute(CANCEL_JOB, job_id, whole)
        job = await _job(tx.connection, access.scope, job_id)
    return Response(msgspec.json.encode(job), media_type="application/json")


@router.post("/jobs/{job_id}/retry", status_code=201, response_model=JobOut)
async def retry_job(
    job_id: UUID, data: JobRetry, access: Creating, runtime: CurrentRuntime, idempotency_key: IdempotencyKey = None
) -> Response:
    """A new job for the devices on which this one failed, timed out or expired."""
    async with runtime.database.writing(access.scope) as tx:
        job = await _job(tx.connection, access.scope, job_id)
        fresh_id, made_before = await claim(tx, access, idempotency_key, f"jobs/{job_id}/retry", data)
        if not made_before:
            created = await _try_again(tx, access, job, data, fresh_id)
            notify_created(tx, created)
        fresh = await _job(tx.connection, access.scope, fresh_id)
    return Response(msgspec.json.encode(fresh), 201, media_type="application/json")


async def _try_again(tx: Transaction, access: Access, job: Row, data: JobRetry, fresh_id: UUID) -> service.Created:
    rows = await tx.connection.fetch(FAILED_OF_JOB, job["id"], list(access.scope), access.scope.visible_to)
    if not rows:
        raise Problem(409, Code.JOB_NOTHING_TO_RETRY)
    _check_kind(TaskKind(job["kind"]))
    request = WorkRequest(kind=TaskKind(job["kind"]), params=msgspec.json.decode(job["params"]))
    _check_count(data.expected_count, len(rows))
    active = [row for row in rows if row["status"] == "active"]
    devices = await _mine(access, active, "device_id")
    if not devices:
        raise Problem(409, Code.JOB_NOTHING_TO_RETRY)
    first_id = job["retry_of"] or job["id"]
    return await service.create_job(tx, access, request, devices, data.confirmed_count, fresh_id, first_id)


@router.post("/tasks/{task_id}/retry", status_code=201, response_model=TaskRowOut)
async def retry_task(
    task_id: UUID, data: TaskRetry, access: Creating, runtime: CurrentRuntime, idempotency_key: IdempotencyKey = None
) -> Response:
    """A new job for the one device on which this task failed, timed out or expired."""
    async with runtime.database.writing(access.visible) as tx:
        task = await service.find_task(tx.connection, task_id)
        access.check_site(task["tenant_id"], task["site_id"])
        fresh_id, made_before = await claim(tx, access, idempotency_key, f"tasks/{task_id}/retry", data)
        made_id = None
        if not made_before:
            created = await _try_task_again(tx, access, task, data, fresh_id)
            notify_created(tx, created)
            made_id = created.tasks[0].id
        row = await read_made_task(tx.connection, access.visible, fresh_id, made_id)
    return Response(msgspec.json.encode(row), 201, media_type="application/json")


async def _try_task_again(
    tx: Transaction, access: Access, task: Record, data: TaskRetry, fresh_id: UUID
) -> service.Created:
    if task["state"] not in FAILED:
        raise Problem(409, Code.JOB_NOTHING_TO_RETRY)
    kind = TaskKind(task["kind"])
    _check_kind(kind)
    job = await fetch_one(tx.connection, RETRIED, task["tenant_id"], task["job_id"])
    request = WorkRequest(kind=kind, params=msgspec.json.decode(job["params"]))
    devices = await active_devices(tx.connection, access, [task["device_id"]])
    return await service.create_job(tx, access, request, devices, data.confirmed_count, fresh_id, job["first_id"])
