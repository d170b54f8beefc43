"""Routes of jobs: make work for one device or for many, watch it, cancel it, try the failed ones again."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import APIRouter, Query, Response

from bosman_protocol import subjects
from bosman_protocol.codes import Code
from bosman_protocol.work import TaskKind
from bosman_server.fleet.queries import DEVICES, filter_values
from bosman_server.identity.access import Access, require
from bosman_server.identity.permissions import Permission
from bosman_server.kit import live
from bosman_server.kit.paging import Page, Paging
from bosman_server.kit.problems import Problem, not_found
from bosman_server.kit.runtime import CurrentRuntime, Runtime
from bosman_server.tasks import service
from bosman_server.tasks.queries import JOBS, TASKS, read_jobs
from bosman_server.tasks.schemas import MAX_DEVICES, JobCreate, JobOut, Target, TaskCreate, TaskRowOut, WorkRequest
from bosman_server.tasks.service import Created, TargetDevice

router = APIRouter(tags=["jobs"])
Ids = Annotated[list[UUID] | None, Query(max_length=500)]
Creating = Annotated[Access, require(Permission.TASK_CREATE)]


async def _by_ids(connection: Any, device_ids: list[UUID]) -> list[TargetDevice]:
    rows = await connection.fetch(
        "SELECT tenant_id, id, status FROM tenancy_device WHERE id = ANY ($1::uuid[])", device_ids
    )
    if len(rows) != len(set(device_ids)):
        raise not_found()
    if any(row["status"] != "active" for row in rows):
        raise Problem(409, Code.DEVICE_REVOKED)
    return [TargetDevice(row["tenant_id"], row["id"]) for row in rows]


async def _resolve(connection: Any, access: Access, target: Target) -> list[TargetDevice]:
    if target.device_ids is not None:
        devices = await _by_ids(connection, target.device_ids)
    else:
        assert target.filter is not None
        wanted = target.filter.model_dump(exclude={"tenant_id", "status"})
        values = filter_values(access.narrowed(target.filter.tenant_id), status="active", **wanted)
        rows = await DEVICES.ids(connection, values, MAX_DEVICES + 1)
        if len(rows) > MAX_DEVICES:
            raise Problem(422, Code.JOB_TOO_LARGE, {"max": MAX_DEVICES})
        devices = [TargetDevice(row["tenant_id"], row["id"]) for row in rows]
    if not devices:
        raise Problem(422, Code.JOB_EMPTY_TARGET)
    if target.expected_count is not None and target.expected_count != len(devices):
        params = {"expected": target.expected_count, "actual": len(devices)}
        raise Problem(409, Code.JOB_COUNT_CHANGED, params)
    return devices


async def _hurry(runtime: Runtime, created: Created) -> None:
    """After the commit: wake the agents, tell the browsers. All of it may be lost without harm."""
    for task_id, device in created.tasks:
        if created.queued:
            await runtime.bus.publish(subjects.nudge(device.id))
        change = live.Change("task", device.tenant_id, task_id, device.id, state="queued")
        await live.announce(runtime.bus, change)
    for tenant_id in {device.tenant_id for _, device in created.tasks}:
        await live.announce(runtime.bus, live.Change("job", tenant_id, created.job_id))


@router.post("/jobs", status_code=201, response_model=JobOut)
async def create_job(data: JobCreate, access: Creating, runtime: CurrentRuntime) -> Response:
    """One wish for many devices."""
    async with runtime.database.writing(access.scope) as connection:
        devices = await _resolve(connection, access, data.target)
        created = await service.create_job(connection, access, data, devices)
        job = (await read_jobs(connection, [created.job_id]))[0]
    await _hurry(runtime, created)
    return Response(msgspec.json.encode(job), 201, media_type="application/json")


@router.post("/devices/{device_id}/tasks", status_code=201, response_model=TaskRowOut)
async def create_task(device_id: UUID, data: TaskCreate, access: Creating, runtime: CurrentRuntime) -> Response:
    """One wish for one device."""
    async with runtime.database.writing(access.visible) as connection:
        devices = await _by_ids(connection, [device_id])
        created = await service.create_job(connection, access, data, devices)
        task_id = created.tasks[0][0]
        row = await TASKS.one(connection, {"id": task_id})
    await _hurry(runtime, created)
    return Response(msgspec.json.encode(row), 201, media_type="application/json")


@router.get("/jobs", response_model=Page[JobOut])
async def list_jobs(
    access: Annotated[Access, require(Permission.TASK_READ)],
    runtime: CurrentRuntime,
    page: Paging,
    tenant_id: Ids = None,
    kind: Annotated[list[TaskKind] | None, Query()] = None,
) -> Response:
    """Jobs of the tenants that the user may enter, newest first."""
    scope = access.narrowed(tenant_id)
    values = {"tenant_id": list(scope), "kind": [item.value for item in kind] if kind else None}
    async with runtime.database.reading(scope) as connection:
        rows = await JOBS.fetch(connection, page, values)
        jobs = {job["id"]: job for job in await read_jobs(connection, [row["id"] for row in rows.items])}
    rows.items[:] = [jobs[row["id"]] for row in rows.items]
    return rows.response()


async def _job(connection: Any, job_id: UUID) -> dict[str, Any]:
    jobs = await read_jobs(connection, [job_id])
    if not jobs:
        raise not_found()
    return jobs[0]


@router.get("/jobs/{job_id}", response_model=JobOut)
async def get_job(
    job_id: UUID, access: Annotated[Access, require(Permission.TASK_READ)], runtime: CurrentRuntime
) -> Response:
    """One job with its counts."""
    async with runtime.database.reading(access.scope) as connection:
        return Response(msgspec.json.encode(await _job(connection, job_id)), media_type="application/json")


@router.post("/jobs/{job_id}/cancel", response_model=JobOut)
async def cancel_job(
    job_id: UUID, access: Annotated[Access, require(Permission.TASK_CANCEL)], runtime: CurrentRuntime
) -> Response:
    """Cancel every unfinished task of a job."""
    async with runtime.database.writing(access.scope) as connection:
        job = await _job(connection, job_id)
        rows = []
        for tenant_id in job["tenant_ids"]:
            ids = await connection.fetch(
                "SELECT id FROM tasks_task WHERE tenant_id = $1 AND job_id = $2", tenant_id, job_id
            )
            changed = await service.cancel_tasks(connection, access, tenant_id, [row["id"] for row in ids])
            rows += [(tenant_id, row) for row in changed]
        await connection.execute(
            "UPDATE tasks_job SET cancelled_at = coalesce(cancelled_at, now()) WHERE id = $1", job_id
        )
        job = await _job(connection, job_id)
    for tenant_id, row in rows:
        await runtime.bus.publish(subjects.nudge(row["device_id"]))
        change = live.Change("task", tenant_id, row["id"], row["device_id"], state=row["state"])
        await live.announce(runtime.bus, change)
    return Response(msgspec.json.encode(job), media_type="application/json")


@router.post("/jobs/{job_id}/retry", status_code=201, response_model=JobOut)
async def retry_job(job_id: UUID, access: Creating, runtime: CurrentRuntime) -> Response:
    """A new job for the devices on which this one failed, timed out or expired."""
    async with runtime.database.writing(access.scope) as connection:
        job = await _job(connection, job_id)
        rows = await connection.fetch(
            "SELECT t.tenant_id, t.device_id FROM tasks_task t"
            " JOIN tenancy_device d ON d.tenant_id = t.tenant_id AND d.id = t.device_id"
            " WHERE t.job_id = $1 AND t.state IN ('failed', 'timed_out', 'expired') AND d.status = 'active'",
            job_id,
        )
        if not rows:
            raise Problem(409, Code.JOB_NOTHING_TO_RETRY)
        request = WorkRequest(kind=TaskKind(job["kind"]), params=msgspec.json.decode(job["params"]))
        devices = [TargetDevice(row["tenant_id"], row["device_id"]) for row in rows]
        created = await service.create_job(connection, access, request, devices)
        fresh = await _job(connection, created.job_id)
    await _hurry(runtime, created)
    return Response(msgspec.json.encode(fresh), 201, media_type="application/json")
