"""Routes of a person's saved views of lists. Nobody else sees them, so the trail does not tell of them."""

from uuid import UUID

from fastapi import APIRouter, Response

from bosman_server.core.identity import list_views
from bosman_server.core.identity.access import CurrentPerson
from bosman_server.core.identity.schemas import ListViewChange, ListViewCreate, ListViewOut
from bosman_server.core.identity.second_factor import PLATFORM_SCOPE
from bosman_server.kit.http.etag import Precondition, etag
from bosman_server.kit.runtime import CurrentRuntime

router = APIRouter(tags=["profile"])


@router.get("/me/views")
async def list_own_views(subject: CurrentPerson, runtime: CurrentRuntime) -> list[ListViewOut]:
    """The views that one has saved, of all lists, oldest first."""
    async with runtime.database.writing(PLATFORM_SCOPE) as tx:
        views = await list_views.read(tx.session, subject.user_id)
    return [ListViewOut.model_validate(view) for view in views]


@router.post("/me/views", status_code=201)
async def save_view(
    data: ListViewCreate, subject: CurrentPerson, runtime: CurrentRuntime, response: Response
) -> ListViewOut:
    """Keep what one has made of a list."""
    async with runtime.database.writing(PLATFORM_SCOPE) as tx:
        view = await list_views.save(tx.session, subject.user_id, data)
    response.headers["etag"] = etag(view.version)
    return ListViewOut.model_validate(view)


@router.patch("/me/views/{view_id}")
async def change_view(
    view_id: UUID,
    data: ListViewChange,
    subject: CurrentPerson,
    runtime: CurrentRuntime,
    seen: Precondition,
    response: Response,
) -> ListViewOut:
    """Rename a view, keep something else in it, or open its list with it."""
    async with runtime.database.writing(PLATFORM_SCOPE) as tx:
        view = await list_views.change(tx.session, subject.user_id, view_id, data, seen)
    response.headers["etag"] = etag(view.version)
    return ListViewOut.model_validate(view)


@router.delete("/me/views/{view_id}", status_code=204)
async def forget_view(view_id: UUID, subject: CurrentPerson, runtime: CurrentRuntime) -> None:
    """Delete a view of one's own."""
    async with runtime.database.writing(PLATFORM_SCOPE) as tx:
        await list_views.forget(tx.session, subject.user_id, view_id)
