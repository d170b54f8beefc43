"""The list of installed software."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from bosman_server.core.identity.access import Access, require
from bosman_server.core.identity.permissions import Permission
from bosman_server.fleet.devices import service as device_service
from bosman_server.fleet.inventory.queries import SOFTWARE
from bosman_server.fleet.inventory.schemas import SoftwareOut
from bosman_server.kit.db.list_query import ListQuery
from bosman_server.kit.paging import Page
from bosman_server.kit.runtime import CurrentRuntime

router = APIRouter(tags=["inventory"])


@router.get("/devices/{device_id}/software", response_model=Page[SoftwareOut])
async def list_software(
    device_id: UUID,
    access: Annotated[Access, require(Permission.DEVICE_READ)],
    runtime: CurrentRuntime,
    query: Annotated[ListQuery, Depends(SOFTWARE.query)],
) -> Response:
    """Software of one device."""
    await device_service.check_device(runtime.database, access, device_id)
    async with runtime.database.reading(access.scope) as connection:
        return (await SOFTWARE.fetch(connection, access.scope, query, device_id=device_id)).response()
