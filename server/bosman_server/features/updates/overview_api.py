"""The Updates page: by device, with what is going on there right now, and by update."""

from dataclasses import dataclass
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel

from bosman_protocol.work import TaskKind
from bosman_server.core.identity.access import Access, require
from bosman_server.core.identity.permissions import Permission
from bosman_server.features.updates.catalog import CatalogQuery, CatalogSort, read_catalog
from bosman_server.features.updates.models import Severity, UpdateClass
from bosman_server.features.updates.schemas import CatalogOut
from bosman_server.fleet.devices.matches import add_matches
from bosman_server.fleet.devices.queries import UPDATE_DEVICES
from bosman_server.fleet.devices.schemas import ListedDeviceOut
from bosman_server.kit.db.list_query import ListQuery
from bosman_server.kit.paging import Ids, Page, narrowing
from bosman_server.kit.runtime import CurrentRuntime
from bosman_server.kit.values import Row
from bosman_server.work.tasks.models import TaskState
from bosman_server.work.tasks.queries import ACTIVE

router = APIRouter(tags=["updates"])


@dataclass(frozen=True, slots=True)
class CatalogFilters:
    """What narrows the list of updates: the names that lists of devices have for it."""

    tenant_id: Ids = None
    site_id: Ids = None
    update_class: Annotated[list[UpdateClass] | None, narrowing(max_length=10)] = None
    severity: Annotated[list[Severity] | None, narrowing(max_length=10)] = None
    update_older_days: Annotated[int | None, narrowing(ge=1, le=3650)] = None
    q: Annotated[str | None, narrowing(max_length=200, pattern=r"^[^\x00]*$")] = None


@dataclass(frozen=True, slots=True)
class CatalogPage:
    """Which page of it."""

    limit: Annotated[int, Query(ge=1, le=200)] = 25
    cursor: Annotated[str | None, Query(max_length=600, description="Left out: the first page.")] = None
    sort: CatalogSort = "devices"
    order: Annotated[Literal["asc", "desc"] | None, Query(description="Left out: the sort's own.")] = None


class ActiveTask(BaseModel):
    """The task that a device is busy with, or that it will be busy with next."""

    id: UUID
    kind: TaskKind
    state: TaskState
    progress_percent: int | None


class UpdateRowOut(ListedDeviceOut):
    """A device on the Updates page."""

    active_task: ActiveTask | None
    """Always null for whoever may not read tasks."""


@router.get("/updates/devices", response_model=Page[UpdateRowOut])
async def list_update_devices(
    access: Annotated[Access, require(Permission.DEVICE_READ)],
    runtime: CurrentRuntime,
    query: Annotated[ListQuery, Depends(UPDATE_DEVICES.query)],
) -> Response:
    """Devices with their pending updates, trouble first."""
    scope = access.restricted_to(query.tenant_ids)
    async with runtime.database.reading(scope) as connection:
        rows = await UPDATE_DEVICES.fetch(connection, scope, query)
        await add_matches(connection, scope, rows.items, query.text)
        active: dict[UUID, Row] = {}
        # Whoever may see devices but not their work sees none here either.
        open_to = access.subject.tenants_with(Permission.TASK_READ)
        shown = [row["id"] for row in rows.items if row["tenant_id"] in open_to]
        for record in await connection.fetch(ACTIVE, shown):
            task = dict(record)
            active[task.pop("device_id")] = task
    for row in rows.items:
        row["active_task"] = active.get(row["id"])
    return rows.response()


@router.get("/updates", response_model=CatalogOut)
async def list_updates(
    access: Annotated[Access, require(Permission.DEVICE_READ)],
    runtime: CurrentRuntime,
    filters: Annotated[CatalogFilters, Depends()],
    page: Annotated[CatalogPage, Depends()],
) -> Response:
    """Pending updates by how many devices miss them."""
    scope = access.restricted_to(filters.tenant_id)
    query = CatalogQuery(
        site_ids=filters.site_id,
        classes=filters.update_class,
        severities=filters.severity,
        older_days=filters.update_older_days,
        text=filters.q or None,
        limit=page.limit,
        cursor=page.cursor,
        sort=page.sort,
        order=page.order,
    )
    async with runtime.database.reading(scope) as connection:
        found = await read_catalog(connection, scope, query)
    return Response(msgspec.json.encode(found), media_type="application/json")
