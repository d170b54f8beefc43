"""Views of lists that a person has saved: kept for them alone, in a personal transaction."""

from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bosman_protocol.codes import Code
from bosman_server.core.identity.models import ListView
from bosman_server.core.identity.schemas import ListViewChange, ListViewCreate
from bosman_server.kit.http.etag import IfMatch
from bosman_server.kit.problems import Problem, not_found

MOST = 100
"""Of one person: tabs that nobody can tell apart are no help."""


async def read(session: AsyncSession, user_id: UUID) -> list[ListView]:
    """All views of a person, oldest first."""
    found = select(ListView).where(ListView.user_id == user_id).order_by(ListView.created_at, ListView.id)
    return list((await session.scalars(found)).all())


async def save(session: AsyncSession, user_id: UUID, data: ListViewCreate) -> ListView:
    """Keep a view. Raises Problem 409 `view.limit_reached`."""
    kept = await session.scalar(select(func.count()).where(ListView.user_id == user_id))
    if kept is not None and kept >= MOST:
        raise Problem(409, Code.VIEW_LIMIT_REACHED, {"max": MOST})
    if data.is_default:
        await _no_default(session, user_id, data.list)
    view = ListView(user_id=user_id, **data.model_dump())
    session.add(view)
    await session.flush()
    return view


async def change(session: AsyncSession, user_id: UUID, view_id: UUID, data: ListViewChange, seen: IfMatch) -> ListView:
    """Change a view of a person. Raises Problem 404, and 428 or 412 for one that was changed meanwhile."""
    view = await _own(session, user_id, view_id)
    seen.check(view.version)
    if data.changes().get("is_default"):
        await _no_default(session, user_id, view.list)
    data.apply_to(view)
    view.version += 1
    await session.flush()
    return view


async def forget(session: AsyncSession, user_id: UUID, view_id: UUID) -> None:
    """Delete a view of a person. Raises Problem 404."""
    await session.delete(await _own(session, user_id, view_id))


async def _own(session: AsyncSession, user_id: UUID, view_id: UUID) -> ListView:
    own = select(ListView).where(ListView.user_id == user_id, ListView.id == view_id).with_for_update()
    view = await session.scalar(own)
    if view is None:
        raise not_found()
    return view


async def _no_default(session: AsyncSession, user_id: UUID, name: str) -> None:
    others = update(ListView).where(ListView.user_id == user_id, ListView.list == name, ListView.is_default)
    await session.execute(others.values(is_default=False, version=ListView.version + 1))
