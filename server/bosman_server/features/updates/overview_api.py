"""The Updates page: devices with their pending updates and what is going on on them right now."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel

from bosman_protocol.work import TaskKind
from bosman_server.core.identity.access import Access, require
from bosman_server.core.identity.permissions import Permission
from bosman_server.fleet.devices.queries import UPDATE_DEVICES
from bosman_server.fleet.devices.schemas import DeviceRowOut
from bosman_server.kit.db.list_query import ListQuery
from bosman_server.kit.paging import Page
from bosman_server.kit.runtime import CurrentRuntime
from bosman_server.kit.values import Row
from bosman_server.work.tasks.models import TaskState
from bosman_server.work.tasks.queries import ACTIVE

router = APIRouter(tags=["updates"])


class ActiveTask(BaseModel):
    """The task that a device is busy with, or that it will be busy with next."""

    id: UUID
    kind: TaskKind
    state: TaskState
    progress_percent: int | None


class UpdateRowOut(DeviceRowOut):
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
