"""Routes of maintenance windows: the list, one of them, its versions."""

from typing import Annotated
from uuid import UUID

import msgspec
from fastapi import APIRouter, Depends, Response

from bosman_server.core.identity.access import Access, require
from bosman_server.core.identity.permissions import Permission
from bosman_server.kit.db.list_query import ListQuery
from bosman_server.kit.db.transaction import Connection, Transaction
from bosman_server.kit.http.etag import Precondition, etag
from bosman_server.kit.live import Change
from bosman_server.kit.paging import Page
from bosman_server.kit.problems import not_found
from bosman_server.kit.runtime import CurrentRuntime
from bosman_server.kit.values import Row
from bosman_server.work.windows import editing
from bosman_server.work.windows.models import Window
from bosman_server.work.windows.previews import with_next
from bosman_server.work.windows.queries import VERSIONS, WINDOWS
from bosman_server.work.windows.schemas import (
    WindowCreate,
    WindowOut,
    WindowRestore,
    WindowUpdate,
    WindowVersionOut,
    WindowVersions,
)

router = APIRouter(tags=["windows"])
Reading = Annotated[Access, require(Permission.WINDOW_READ)]
Managing = Annotated[Access, require(Permission.WINDOW_MANAGE)]


@router.get("/windows", response_model=Page[WindowOut])
async def list_windows(
    access: Reading, runtime: CurrentRuntime, query: Annotated[ListQuery, Depends(WINDOWS.query)]
) -> Response:
    """Maintenance windows of the tenants that the user may enter, each with its next occurrence."""
    scope = access.restricted_to(query.tenant_ids)
    async with runtime.database.reading(scope) as connection:
        rows = await WINDOWS.fetch(connection, scope, query)
        rows.items[:] = await with_next(connection, rows.items)
    return rows.response()


async def _answer(connection: Connection, access: Access, window_id: UUID, status: int = 200) -> Response:
    row: Row | None = await WINDOWS.one(connection, access.visible, window_id)
    if row is None:
        raise not_found()
    access.check(row["tenant_id"])
    found = (await with_next(connection, [row]))[0]
    headers = {"etag": etag(row["version"])}
    return Response(msgspec.json.encode(found), status, media_type="application/json", headers=headers)


@router.get("/windows/{window_id}", response_model=WindowOut)
async def get_window(window_id: UUID, access: Reading, runtime: CurrentRuntime) -> Response:
    """One maintenance window."""
    async with runtime.database.reading(access.visible) as connection:
        return await _answer(connection, access, window_id)


@router.post("/windows", status_code=201, response_model=WindowOut)
async def create_window(data: WindowCreate, access: Managing, runtime: CurrentRuntime) -> Response:
    """A new maintenance window; work of its classes waits for it from now on."""
    tenant_id = access.check(data.tenant_id)
    async with runtime.database.writing(access.scope) as tx:
        window = await editing.create(tx, tenant_id, data, access.actor)
        return await _done(tx, access, window, 201)


async def _done(tx: Transaction, access: Access, window: Window, status: int = 200) -> Response:
    tx.announce(Change("window", window.tenant_id, window.id))
    return await _answer(tx.connection, access, window.id, status)


async def _locked(tx: Transaction, access: Access, window_id: UUID) -> Window:
    window = await editing.find(tx, window_id)
    access.check(window.tenant_id)
    return window


@router.patch("/windows/{window_id}", response_model=WindowOut)
async def update_window(
    window_id: UUID, data: WindowUpdate, access: Managing, runtime: CurrentRuntime, seen: Precondition
) -> Response:
    """Change a maintenance window; what waits for it follows within seconds."""
    async with runtime.database.writing(access.visible) as tx:
        window = await _locked(tx, access, window_id)
        await editing.update(tx, window, data, seen, access.actor)
        return await _done(tx, access, window)


@router.post("/windows/{window_id}/restore", response_model=WindowOut)
async def restore_window(
    window_id: UUID, data: WindowRestore, access: Managing, runtime: CurrentRuntime, seen: Precondition
) -> Response:
    """Make a maintenance window what it was in an earlier version; that is a new version, too."""
    async with runtime.database.writing(access.visible) as tx:
        window = await _locked(tx, access, window_id)
        await editing.restore(tx, window, data.version, seen, access.actor)
        return await _done(tx, access, window)


@router.delete("/windows/{window_id}", status_code=204)
async def delete_window(window_id: UUID, access: Managing, runtime: CurrentRuntime) -> None:
    """Delete a maintenance window. Work that waited for it alone begins."""
    async with runtime.database.writing(access.visible) as tx:
        window = await _locked(tx, access, window_id)
        await editing.delete(tx, window, access.actor)
        tx.announce(Change("window", window.tenant_id, window.id))


@router.get("/windows/{window_id}/versions")
async def list_window_versions(window_id: UUID, access: Reading, runtime: CurrentRuntime) -> WindowVersions:
    """What a maintenance window was, who changed it and what; the newest 200 states."""
    async with runtime.database.reading(access.visible) as connection:
        row = await WINDOWS.one(connection, access.visible, window_id)
        if row is None:
            raise not_found()
        access.check(row["tenant_id"])
        found = await connection.fetch(VERSIONS, row["tenant_id"], window_id)
    states = [dict(one) | {"content": msgspec.json.decode(one["content"])} for one in found]
    items = []
    for place, state in enumerate(states):
        before = states[place + 1]["content"] if place + 1 < len(states) else {}
        changed = [name for name, value in state["content"].items() if before.get(name) != value] if before else []
        items.append(WindowVersionOut.model_validate(state | {"changed": changed}))
    return WindowVersions(items=items)
