"""Routes of tasks: list, one, cancel, output."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import StreamingResponse

from bosman_protocol import subjects
from bosman_protocol.codes import Code
from bosman_protocol.work import TaskKind
from bosman_server.audit.service import record_raw
from bosman_server.identity.access import Access, require
from bosman_server.identity.permissions import Permission
from bosman_server.identity.visit import Visit
from bosman_server.kit import live
from bosman_server.kit.paging import Page, Paging, SearchText
from bosman_server.kit.problems import Problem, not_found
from bosman_server.kit.runtime import CurrentRuntime, Runtime
from bosman_server.tasks import approvals, service
from bosman_server.tasks.events import ChangeStream
from bosman_server.tasks.hold import hold_of
from bosman_server.tasks.models import UNFINISHED, TaskState
from bosman_server.tasks.output import OutputStream
from bosman_server.tasks.queries import CHUNKS, DETAIL, TASKS, read_task
from bosman_server.tasks.schemas import OutputOut, TaskOut, TaskRowOut

router = APIRouter(tags=["tasks"])
Ids = Annotated[list[UUID] | None, Query(max_length=500)]
SSE_HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}


@router.get("/tasks", response_model=Page[TaskRowOut])
async def list_tasks(  # noqa: PLR0913, PLR0917 - one parameter per filter
    access: Annotated[Access, require(Permission.TASK_READ)],
    runtime: CurrentRuntime,
    page: Paging,
    tenant_id: Ids = None,
    site_id: Ids = None,
    device_id: Ids = None,
    job_id: UUID | None = None,
    state: Annotated[list[TaskState] | None, Query()] = None,
    kind: Annotated[list[TaskKind] | None, Query()] = None,
    q: SearchText = None,
) -> Response:
    """Tasks of the tenants that the user may enter."""
    scope = access.narrowed(tenant_id)
    values = {
        "tenant_id": list(scope),
        "within": scope.within,
        "site_id": site_id,
        "device_id": device_id,
        "job_id": job_id,
        "state": [item.value for item in state] if state else None,
        "kind": [item.value for item in kind] if kind else None,
        "q": q or None,
    }
    async with runtime.database.reading(scope) as connection:
        return (await TASKS.fetch(connection, page, values)).response()


async def _row(connection: Any, access: Access, task_id: UUID) -> dict[str, Any]:
    row = await read_task(connection, access.visible, task_id)
    if row is None:
        raise not_found()
    return row


def _timeline(row: dict[str, Any], queued_at: datetime | None) -> list[dict[str, Any]]:
    waited = row["state"] == TaskState.WAITING or queued_at is None or queued_at > row["created_at"]
    steps = [(TaskState.WAITING if waited else TaskState.QUEUED, row["created_at"])]
    if waited:
        steps.append((TaskState.QUEUED, queued_at))
    steps += [(TaskState.LEASED, row["leased_at"]), (TaskState.RUNNING, row["started_at"])]
    timeline = [{"state": state, "at": at, "error_code": None} for state, at in steps if at]
    if row["finished_at"]:
        timeline.append({"state": row["state"], "at": row["finished_at"], "error_code": row["error_code"]})
    return timeline


@router.get("/tasks/{task_id}", response_model=TaskOut)
async def get_task(
    task_id: UUID, access: Annotated[Access, require(Permission.TASK_READ)], runtime: CurrentRuntime
) -> Response:
    """One task with everything about it but its output."""
    async with runtime.database.reading(access.visible) as connection:
        row = await _row(connection, access, task_id)
        access.check(row["tenant_id"])
        detail = await connection.fetchrow(DETAIL, row["tenant_id"], task_id)
        hold = await hold_of(connection, access.visible, row)
    rest = dict(detail or {})
    queued_at = rest.pop("queued_at", None)
    row |= rest | {"timeline": _timeline(row, queued_at), "hold": hold}
    return Response(msgspec.json.encode(row), media_type="application/json")


@router.post("/tasks/{task_id}/cancel", response_model=TaskRowOut)
async def cancel_task(
    task_id: UUID, access: Annotated[Access, require(Permission.TASK_CANCEL)], runtime: CurrentRuntime
) -> Response:
    """Cancel a task: at once when it has not begun, else its process tree is killed."""
    async with runtime.database.writing(access.visible) as connection:
        task = await service.find_task(connection, task_id)
        tenant_id = access.check_site(task["tenant_id"], task["site_id"])
        changed = await service.cancel_tasks(connection, access, tenant_id, [task_id])
        if not changed:
            raise Problem(409, Code.TASK_ALREADY_FINISHED)
        withdrawn = await approvals.withdraw(connection, access, tenant_id, task["job_id"])
        row = await _row(connection, access, task_id)
    await runtime.bus.publish(subjects.nudge(task["device_id"]))
    change = live.Change("task", tenant_id, task_id, task["device_id"], state=row["state"])
    await live.announce(runtime.bus, change)
    await runtime.bus.publish(live.output(tenant_id, task_id), b'{"event":"state"}')
    if withdrawn is not None:
        await live.announce(runtime.bus, live.Change("approval", tenant_id, withdrawn, state="withdrawn"))
    return Response(msgspec.json.encode(row), media_type="application/json")


async def _readable(runtime: Runtime, access: Access, task_id: UUID) -> dict[str, Any]:
    async with runtime.database.reading(access.visible) as connection:
        task = dict(await service.find_task(connection, task_id))
    task["tenant_id"] = access.check_site(task["tenant_id"], task["site_id"])
    return task


@router.get("/tasks/{task_id}/output", response_model=OutputOut)
async def get_output(
    task_id: UUID,
    access: Annotated[Access, require(Permission.TASK_READ)],
    runtime: CurrentRuntime,
    after_seq: Annotated[int, Query(ge=-1, le=2**53)] = -1,
    limit: Annotated[int, Query(ge=1, le=2000)] = 500,
) -> Response:
    """Stored output from a position on."""
    task = await _readable(runtime, access, task_id)
    async with runtime.database.reading(access.scope) as connection:
        rows = await connection.fetch(CHUNKS, task["tenant_id"], task_id, after_seq, limit + 1)
    finished = task["state"] not in UNFINISHED
    chunks: list[dict[str, Any]] = []
    for row in rows[:limit]:
        # A piece may overtake another on its way into the database: what comes after a gap waits for it.
        if row["seq"] != after_seq + 1 + len(chunks) and not finished:
            break
        chunks.append(dict(row))
    complete = len(rows) <= limit and finished
    return Response(msgspec.json.encode({"chunks": chunks, "complete": complete}), media_type="application/json")


@router.get("/tasks/{task_id}/output.txt", response_class=Response)
async def download_output(
    task_id: UUID, access: Annotated[Access, require(Permission.TASK_READ)], runtime: CurrentRuntime
) -> StreamingResponse:
    """The whole output as a text file; the trail names who took it away."""
    task = await _readable(runtime, access, task_id)
    scope = access.scope
    async with runtime.database.writing(access.visible) as connection:
        await record_raw(
            connection, task["tenant_id"], access.actor, "task.output_download",
            target=("task", task_id), after={"kind": task["kind"]}, device_id=task["device_id"],
        )  # fmt: skip

    async def text() -> AsyncIterator[bytes]:
        last = -1
        while True:
            async with runtime.database.reading(scope) as connection:
                rows = await connection.fetch(CHUNKS, task["tenant_id"], task_id, last, 500)
            for row in rows:
                last = row["seq"]
                yield row["text"].encode()
            if len(rows) < 500:
                return

    name = f"bosman-{task['kind'].replace('.', '-')}-{task_id}.txt"
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return StreamingResponse(text(), media_type="text/plain; charset=utf-8", headers=headers)


@router.get("/tasks/{task_id}/output/stream", response_class=Response)
async def stream_output(
    task_id: UUID,
    access: Annotated[Access, require(Permission.TASK_READ)],
    runtime: CurrentRuntime,
    request: Request,
    last_event_id: Annotated[str | None, Header(max_length=20)] = None,
) -> StreamingResponse:
    """Output and states as server-sent events: replay, then live; resumes by Last-Event-ID."""
    task = await _readable(runtime, access, task_id)
    after = int(last_event_id) if last_event_id and last_event_id.isdigit() else -1
    visit = Visit(request, access.subject)
    stream = OutputStream(runtime, access.scope, visit, task["tenant_id"], task_id, min(after, 2**53))
    return StreamingResponse(stream.events(), media_type="text/event-stream", headers=SSE_HEADERS)


@router.get("/events", response_class=Response)
async def stream_changes(
    access: Annotated[Access, require(Permission.DEVICE_READ)], runtime: CurrentRuntime, request: Request
) -> StreamingResponse:
    """What changes in the tenants that the user may enter, as server-sent events."""
    events = ChangeStream(runtime, access.scope, Visit(request, access.subject)).events()
    return StreamingResponse(events, media_type="text/event-stream", headers=SSE_HEADERS)
