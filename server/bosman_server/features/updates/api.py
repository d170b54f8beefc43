"""The pending updates of one device."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, Field
from sqlalchemy import BigInteger, String, case, cast, func, literal
from sqlalchemy.dialects.postgresql import JSONB

from bosman_server.core.identity.access import Access, require
from bosman_server.core.identity.permissions import Permission
from bosman_server.features.updates.models import PendingUpdate
from bosman_server.fleet.tenancy import service as tenancy
from bosman_server.kit.db.list_query import ListQuery
from bosman_server.kit.db.list_spec import SortKey, any_of, by_text, equal, search
from bosman_server.kit.db.lists import ListSpec
from bosman_server.kit.paging import Page
from bosman_server.kit.runtime import CurrentRuntime

router = APIRouter(tags=["updates"])
UpdateClass = Literal["security", "critical", "optional", "driver", "definition", "feature"]

_RANKS = {"security": 0, "critical": 1, "optional": 2, "feature": 3, "driver": 4, "definition": 5}
_rank = case(_RANKS, value=PendingUpdate.update_class, else_=6)


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


PENDING = ListSpec(
    root=PendingUpdate,
    row=PendingUpdateOut,
    shown={
        "class": PendingUpdate.update_class,
        "cve_ids": func.coalesce(PendingUpdate.cve_ids, cast(literal("[]", String()), JSONB)),
    },
    sorts={
        "class": by_text(func.concat(_rank, PendingUpdate.name)),
        "name": by_text(PendingUpdate.name),
        "size_bytes": SortKey(func.coalesce(PendingUpdate.size_bytes, -1).cast(BigInteger), "desc"),
    },
    default_sort="class",
    filters={
        "q": search(
            PendingUpdate.name,
            PendingUpdate.title,
            func.coalesce(PendingUpdate.kb, ""),
            func.coalesce(cast(PendingUpdate.cve_ids, String()), ""),
        ),
        "class": any_of(PendingUpdate.update_class, UpdateClass),
    },
    path_filters={"device_id": equal(PendingUpdate.device_id, UUID)},
    tenant_parameter=None,
)


@router.get("/devices/{device_id}/updates", response_model=Page[PendingUpdateOut])
async def list_pending_updates(
    device_id: UUID,
    access: Annotated[Access, require(Permission.DEVICE_READ)],
    runtime: CurrentRuntime,
    query: Annotated[ListQuery, Depends(PENDING.query)],
) -> Response:
    """What the last scan of a device found."""
    await tenancy.check_device(runtime.database, access, device_id)
    async with runtime.database.reading(access.scope) as connection:
        return (await PENDING.fetch(connection, access.scope, query, device_id=device_id)).response()
