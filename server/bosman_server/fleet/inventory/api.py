"""The list of installed software."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel

from bosman_server.core.identity.access import Access, require
from bosman_server.core.identity.permissions import Permission
from bosman_server.fleet.devices import service as device_service
from bosman_server.fleet.inventory.queries import SOFTWARE
from bosman_server.kit.paging import Page, Paging, SearchText
from bosman_server.kit.runtime import CurrentRuntime

router = APIRouter(tags=["inventory"])


class SoftwareOut(BaseModel):
    """One installed package or product."""

    id: UUID
    name: str
    version: str
    publisher: str | None
    architecture: str | None
    source: str
    installed_at: datetime | None
    scope: Literal["machine", "user"] | None
    user_name: str | None
    product_code: str | None


@router.get("/devices/{device_id}/software", response_model=Page[SoftwareOut])
async def list_software(
    device_id: UUID,
    access: Annotated[Access, require(Permission.DEVICE_READ)],
    runtime: CurrentRuntime,
    page: Paging,
    q: SearchText = None,
) -> Response:
    """Software of one device."""
    await device_service.check_device(runtime.database, access, device_id)
    async with runtime.database.reading(access.scope) as connection:
        return (await SOFTWARE.fetch(connection, page, {"device_id": device_id, "q": q or None})).response()
