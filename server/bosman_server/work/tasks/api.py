"""Routes of tasks: list, one, cancel, output."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from fastapi import APIRouter, Depends, Header, Query, Request, Response

from bosman_protocol.codes import Code
from bosman_server.core.audit.actions import Action
from bosman_server.core.audit.service import record
from bosman_server.core.identity.access import Access, require
from bosman_server.core.identity.permissions import Permission
from bosman_server.core.identity.stream_guard import StreamGuard, place_keys
from bosman_server.kit.db.list_query import ListQuery
from bosman_server.kit.db.scope import TenantScope
from bosman_server.kit.db.transaction import Connection
from bosman_server.kit.http.fair import PLACES, LongAnswer
from bosman_server.kit.http.openapi import ref
from bosman_server.kit.http.sse import event_stream
from bosman_server.kit.live import Change, OutputEnd
from bosman_server.kit.paging import Page
from bosman_server.kit.plain import escaped_json, shown
from bosman_server.kit.problems import Problem, not_found
from bosman_server.kit.runtime import CurrentRuntime, Runtime
from bosman_server.kit.values import Row
from bosman_server.work.approvals import service as approvals
from bosman_server.work.tasks import service
from bosman_server.work.tasks.models import UNFINISHED, TaskState
from bosman_server.work.tasks.notify import notify_changed
from bosman_server.work.tasks.output import OutputStream
from bosman_server.work.tasks.queries import CHUNKS, DETAIL, TASKS, read_task, read_task_attempts
from bosman_server.work.tasks.schemas import OutputOut, TaskOut, TaskRowOut
from bosman_server.work.tasks.waiting import explain

router = APIRouter(tags=["tasks"])


@router.get("/tasks", response_model=Page[TaskRowOut])
async def list_tasks(
    access: Annotated[Access, require(Permission.TASK_READ)],
    runtime: CurrentRuntime,
    query: Annotated[ListQuery, Depends(TASKS.query)],
) -> Response:
    """Tasks of the tenants that the user may enter."""
    scope = access.restricted_to(query.tenant_ids)
    async with runtime.database.reading(scope) as connection:
        return (await TASKS.fetch(connection, scope, query)).response()


async def _row(connection: Connection, access: Access, task_id: UUID) -> Row:
    row = await read_task(connection, access.visible, task_id)
    if row is None:
        raise not_found()
    return row


def _timeline(row: Row, queued_at: datetime | None) -> list[Row]:
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
        reason = await explain(connection, access.visible, row)
        attempts = await read_task_attempts(connection, row)
    rest = dict(detail or {})
    queued_at = rest.pop("queued_at", None)
    row |= rest | {"timeline": _timeline(row, queued_at), "wait_reason": reason, "attempts": attempts}
    return Response(escaped_json(row), media_type="application/json")


@router.post("/tasks/{task_id}/cancel", response_model=TaskRowOut)
async def cancel_task(
    task_id: UUID, access: Annotated[Access, require(Permission.TASK_CANCEL)], runtime: CurrentRuntime
) -> Response:
    """Cancel a task: at once when it has not begun, else its process tree is killed."""
    async with runtime.database.writing(access.visible) as tx:
        task = await service.find_task(tx.connection, task_id)
        tenant_id = access.check_site(task["tenant_id"], task["site_id"])
        changed = await service.cancel_tasks(tx, access, tenant_id, [task_id])
        if not changed:
            raise Problem(409, Code.TASK_ALREADY_FINISHED)
        withdrawn = await approvals.withdraw(tx, access, tenant_id, task["job_id"])
        if withdrawn is not None:
            tx.announce(Change("approval", tenant_id, withdrawn, state="withdrawn"))
        notify_changed(tx, changed, wake=True)
        row = await _row(tx.connection, access, task_id)
    return Response(msgspec.json.encode(row), media_type="application/json")


async def _readable(runtime: Runtime, access: Access, task_id: UUID) -> Row:
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
    chunks: list[Row] = []
    for row in rows[:limit]:
        # A piece may overtake another on its way into the database: what comes after a gap waits for it.
        if row["seq"] != after_seq + 1 + len(chunks) and not finished:
            break
        chunks.append(dict(row))
    complete = len(rows) <= limit and finished
    return Response(escaped_json({"chunks": chunks, "complete": complete}), media_type="application/json")


@router.get("/tasks/{task_id}/output.txt", response_class=Response)
async def download_output(
    task_id: UUID,
    access: Annotated[Access, require(Permission.TASK_READ)],
    runtime: CurrentRuntime,
    raw: Annotated[bool, Query(description="As it came: a terminal that shows it obeys what is in it.")] = False,  # noqa: FBT002
) -> LongAnswer:
    """The whole output as a text file; the trail names who took it away.

    What a terminal would obey (escape sequences, overwriting, right-to-left tricks) is made visible.
    """
    keys = place_keys(access.subject)
    PLACES.check(keys)
    task = await _readable(runtime, access, task_id)
    action: Action = "task.output_download_raw" if raw else "task.output_download"
    async with runtime.database.writing(access.visible) as tx:
        record(
            tx, task["tenant_id"], access.actor, action,
            target=("task", task_id), after={"kind": task["kind"]}, device_id=task["device_id"],
        )  # fmt: skip
    pieces = _stored(runtime, access.scope, task["tenant_id"], task_id)
    name = f"bosman-{task['kind'].replace('.', '-')}-{task_id}{'-raw' if raw else ''}.txt"
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    text = (piece.encode() async for piece in (pieces if raw else shown(pieces)))
    return LongAnswer(text, keys=keys, media_type="text/plain; charset=utf-8", headers=headers)


async def _stored(runtime: Runtime, scope: TenantScope, tenant_id: UUID, task_id: UUID) -> AsyncIterator[str]:
    last = -1
    while True:
        async with runtime.database.reading(scope) as connection:
            rows = await connection.fetch(CHUNKS, tenant_id, task_id, last, 500)
        for row in rows:
            last = row["seq"]
            yield row["text"]
        if len(rows) < 500:
            return


def _position(last_event_id: str | None) -> int:
    # Digits of other scripts are digits to Python as well, but no numbers.
    given = last_event_id or ""
    return min(int(given), 2**53) if given.isascii() and given.isdigit() else -1


_EVENTS = {
    "description": "The events `chunk` (ChunkOut), `state` (TaskRowOut) and `end` (OutputEnd).",
    "content": {
        "text/event-stream": {
            "schema": {
                "anyOf": [
                    {"$ref": "#/components/schemas/ChunkOut"},
                    {"$ref": "#/components/schemas/TaskRowOut"},
                    ref(OutputEnd),
                ]
            }
        }
    },
}


@router.get("/tasks/{task_id}/output/stream", response_class=Response, responses={200: _EVENTS})
async def stream_output(
    task_id: UUID,
    access: Annotated[Access, require(Permission.TASK_READ)],
    runtime: CurrentRuntime,
    request: Request,
    last_event_id: Annotated[str | None, Header(max_length=20)] = None,
) -> LongAnswer:
    """Output and states as server-sent events: replay, then live; resumes by Last-Event-ID."""
    task = await _readable(runtime, access, task_id)
    guard = StreamGuard(request, access.subject)
    stream = OutputStream(runtime, access.scope, guard, task["tenant_id"], task_id, _position(last_event_id))
    return event_stream(stream.events(), place_keys(access.subject))
