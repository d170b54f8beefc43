"""The pending updates of one device."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field
from sqlalchemy import BigInteger, String, Uuid, any_, case, cast, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from bosman_server.core.identity.access import Access, require
from bosman_server.core.identity.permissions import Permission
from bosman_server.features.updates.models import PendingUpdate
from bosman_server.fleet.tenancy import service as tenancy
from bosman_server.kit.db.lists import FastList, Filter, SortKey
from bosman_server.kit.paging import Page, Paging, SearchText, narrowing
from bosman_server.kit.runtime import CurrentRuntime

router = APIRouter(tags=["updates"])
UpdateClass = Literal["security", "critical", "optional", "driver", "definition", "feature"]

_RANKS = {"security": 0, "critical": 1, "optional": 2, "feature": 3, "driver": 4, "definition": 5}
_rank = case(_RANKS, value=PendingUpdate.update_class, else_=6)
_search = (
    PendingUpdate.name
    + " "
    + PendingUpdate.title
    + " "
    + func.coalesce(PendingUpdate.kb, "")
    + " "
    + func.coalesce(cast(PendingUpdate.cve_ids, String()), "")
)

PENDING = FastList(
    base=select(
        PendingUpdate.id,
        PendingUpdate.name,
        PendingUpdate.title,
        PendingUpdate.kb,
        PendingUpdate.update_class.label("class"),
        PendingUpdate.installed_version,
        PendingUpdate.available_version,
        PendingUpdate.size_bytes,
        PendingUpdate.released_at,
        PendingUpdate.origin,
        PendingUpdate.requires_restart,
        PendingUpdate.severity,
        func.coalesce(PendingUpdate.cve_ids, cast(literal("[]", String()), JSONB)).label("cve_ids"),
        PendingUpdate.has_eula,
        PendingUpdate.restart_behavior,
        PendingUpdate.is_exclusive,
        PendingUpdate.is_hidden,
        PendingUpdate.needs_input,
        PendingUpdate.support_url,
    ),
    row_id=PendingUpdate.id,
    sorts={
        "class": SortKey(func.concat(_rank, func.lower(PendingUpdate.name)), str),
        "name": SortKey(func.lower(PendingUpdate.name), str),
        "size_bytes": SortKey(func.coalesce(PendingUpdate.size_bytes, -1).cast(BigInteger), int, "desc"),
    },
    default_sort="class",
    filters={
        "device_id": Filter(Uuid(), lambda value: PendingUpdate.device_id == value),
        "class": Filter(ARRAY(String()), lambda value: PendingUpdate.update_class == any_(value)),
        "q": Filter(String(), lambda value: func.strpos(func.lower(_search), func.lower(value)) > 0),
    },
)


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
    await tenancy.check_device(runtime.database, access, device_id)
    values = {"device_id": device_id, "q": q or None, "class": class_}
    async with runtime.database.reading(access.scope) as connection:
        return (await PENDING.fetch(connection, page, values)).response()
