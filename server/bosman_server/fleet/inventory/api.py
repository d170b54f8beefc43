"""The list of installed software."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel
from sqlalchemy import func

from bosman_server.core.identity.access import Access, require
from bosman_server.core.identity.permissions import Permission
from bosman_server.fleet.inventory.models import Software
from bosman_server.fleet.tenancy import service as tenancy
from bosman_server.kit.db.list_query import ListQuery
from bosman_server.kit.db.list_spec import SortKey, by_text, equal, search
from bosman_server.kit.db.lists import ListSpec
from bosman_server.kit.paging import Page
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


SOFTWARE = ListSpec(
    root=Software,
    row=SoftwareOut,
    sorts={
        "name": by_text(Software.name),
        "version": SortKey(Software.version),
        "publisher": by_text(func.coalesce(Software.publisher, "")),
    },
    default_sort="name",
    filters={"q": search(Software.name, func.coalesce(Software.publisher, ""))},
    path_filters={"device_id": equal(Software.device_id, UUID)},
    tenant_parameter=None,
)


@router.get("/devices/{device_id}/software", response_model=Page[SoftwareOut])
async def list_software(
    device_id: UUID,
    access: Annotated[Access, require(Permission.DEVICE_READ)],
    runtime: CurrentRuntime,
    query: Annotated[ListQuery, Depends(SOFTWARE.query)],
) -> Response:
    """Software of one device."""
    await tenancy.check_device(runtime.database, access, device_id)
    async with runtime.database.reading(access.scope) as connection:
        return (await SOFTWARE.fetch(connection, access.scope, query, device_id=device_id)).response()
