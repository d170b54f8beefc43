"""The pending updates of one device."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from bosman_server.core.identity.access import Access, require
from bosman_server.core.identity.permissions import Permission
from bosman_server.features.updates.queries import PENDING
from bosman_server.features.updates.schemas import PendingUpdateOut
from bosman_server.fleet.devices import service as device_service
from bosman_server.kit.db.list_query import ListQuery
from bosman_server.kit.paging import Page
from bosman_server.kit.runtime import CurrentRuntime

router = APIRouter(tags=["updates"])


@router.get("/devices/{device_id}/updates", response_model=Page[PendingUpdateOut])
async def list_pending_updates(
    device_id: UUID,
    access: Annotated[Access, require(Permission.DEVICE_READ)],
    runtime: CurrentRuntime,
    query: Annotated[ListQuery, Depends(PENDING.query)],
) -> Response:
    """What the last scan of a device found."""
    await device_service.check_device(runtime.database, access, device_id)
    async with runtime.database.reading(access.scope) as connection:
        return (await PENDING.fetch(connection, access.scope, query, device_id=device_id)).response()
