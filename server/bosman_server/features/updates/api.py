"""The pending updates of one device."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from bosman_server.core.identity.access import Access, require
from bosman_server.core.identity.permissions import Permission
from bosman_server.features.updates.queries import PENDING
from bosman_server.fleet.devices import service as device_service
from bosman_server.kit.paging import Page, Paging, SearchText, narrowing
from bosman_server.kit.runtime import CurrentRuntime

router = APIRouter(tags=["updates"])
UpdateClass = Literal["security", "critical", "optional", "driver", "definition", "feature"]


class PendingUpdateOut(BaseModel):
    """One update that the device's own update service offers."""

    id: UUID
    name: str
    title: str
    kb: str | None
    class_: Annotated[UpdateClass, Field(alias="class")]
    installed_version: str | None
    available_version: str
    size_bytes: int | None
    released_at: datetime | None
    origin: str | None
    requires_restart: bool | None
    severity: Literal["critical", "important", "moderate", "low"] | None
    """The vendor's word on it."""
    cve_ids: list[str]
    has_eula: bool | None
    restart_behavior: Literal["never", "always", "possible"] | None
    is_exclusive: bool
    """It must be installed alone."""
    is_hidden: bool
    """An administrator of the device hid it: it counts nowhere."""
    needs_input: bool
    """Its installer may ask somebody: it is not installed unattended."""
    support_url: str | None


@router.get("/devices/{device_id}/updates", response_model=Page[PendingUpdateOut])
async def list_pending_updates(
    device_id: UUID,
    access: Annotated[Access, require(Permission.DEVICE_READ)],
    runtime: CurrentRuntime,
    page: Paging,
    q: SearchText = None,
    class_: Annotated[list[UpdateClass] | None, narrowing(alias="class")] = None,
) -> Response:
    """What the last scan of a device found."""
    await device_service.check_device(runtime.database, access, device_id)
    values = {"device_id": device_id, "q": q or None, "class": class_}
    async with runtime.database.reading(access.scope) as connection:
        return (await PENDING.fetch(connection, page, values)).response()
