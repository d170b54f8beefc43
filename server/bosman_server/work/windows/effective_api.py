"""Routes that work out what maintenance windows do: on a device now, and on devices from now on."""

from typing import Annotated
from uuid import UUID

import msgspec
from fastapi import APIRouter, Response

from bosman_protocol.work import WindowClass
from bosman_server.core.identity.access import Access, require
from bosman_server.core.identity.permissions import Permission
from bosman_server.fleet.devices.queries import TENANT_OF_DEVICE
from bosman_server.fleet.devices.targeting import active_devices
from bosman_server.kit.clock import utc_now
from bosman_server.kit.db.site_limits import ignoring_site_limits
from bosman_server.kit.problems import not_found
from bosman_server.kit.runtime import CurrentRuntime
from bosman_server.work.windows import editing, service
from bosman_server.work.windows.calendars import Calendar, clocks
from bosman_server.work.windows.previews import preview
from bosman_server.work.windows.queries import PLACES
from bosman_server.work.windows.schemas import ClassStateOut, DeviceWindows, PreviewRequest, WindowPreview

router = APIRouter(tags=["windows"])


@router.get("/devices/{device_id}/windows")
async def get_device_windows(
    device_id: UUID, access: Annotated[Access, require(Permission.DEVICE_READ)], runtime: CurrentRuntime
) -> DeviceWindows:
    """Whether work of each class may begin on a device now, until when, or when next."""
    now = utc_now()
    async with runtime.database.reading(access.visible) as connection:
        tenant_id = await connection.fetchval(TENANT_OF_DEVICE, device_id)
        if tenant_id is None:
            raise not_found()
        row = (await connection.fetch(PLACES, tenant_id, True, [device_id]))[0]  # noqa: FBT003 - a value of SQL
        access.check_site(tenant_id, row["site_id"])
        async with ignoring_site_limits(connection, access.visible):
            stored = await service.stored_windows(connection, tenant_id)
    place = service.place_of(row)
    states = Calendar(stored, int(now.timestamp())).states(place)
    return DeviceWindows(
        now=now,
        zone=clocks(place)[0],
        states=[
            ClassStateOut(
                window_class=action,
                state=states[action].state,
                until=service.moment(states[action].until),
                ends=service.moment(states[action].ends),
                window_id=states[action].window_id,
                window=states[action].window,
            )
            for action in WindowClass
        ],
    )


@router.post("/windows/preview", response_model=WindowPreview)
async def preview_windows(
    data: PreviewRequest, access: Annotated[Access, require(Permission.WINDOW_READ)], runtime: CurrentRuntime
) -> Response:
    """The next occurrences of a draft, or of what is stored, on devices; nothing is saved."""
    access.check(data.tenant_id)
    if data.draft is not None:
        editing.check(editing.fields_of(data.draft), within=("body", "draft"))
    async with runtime.database.reading(access.scope) as connection:
        if data.device_ids:
            await active_devices(connection, access, data.device_ids)
        found = await preview(connection, data)
    return Response(msgspec.json.encode(found), media_type="application/json")
