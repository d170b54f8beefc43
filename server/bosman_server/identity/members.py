"""Who is what in a tenant: changing it, ending it, and what nobody may do to whom."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from bosman_protocol.codes import Code
from bosman_server.audit.service import record
from bosman_server.identity.access import Access
from bosman_server.identity.models import ApiKey, Membership, User
from bosman_server.identity.permissions import Permission, Role, granted
from bosman_server.identity.schemas import MembershipChange
from bosman_server.kit.db.scope import TenantId
from bosman_server.kit.problems import Problem, not_found


def check_grantable(access: Access, tenant_id: TenantId, role: Role, site_ids: Sequence[UUID] | None) -> None:
    """Nobody gives, changes or takes away what is more than they have themselves.

    Raises Problem 403 `member.above_you`, 422 `member.owner_everywhere` for an Owner of some sites only.
    """
    if role is Role.OWNER and site_ids is not None:
        raise Problem(422, Code.MEMBER_OWNER_EVERYWHERE)
    own = access.subject.grants[tenant_id].permissions
    if not _allows(role, site_ids) <= own:
        raise Problem(403, Code.MEMBER_ABOVE_YOU, {"role": role.value})


def _allows(role: Role, site_ids: Sequence[UUID] | None) -> frozenset[Permission]:
    return granted(role, limited_to_sites=site_ids is not None)


async def _lock(session: AsyncSession, access: Access, membership_id: UUID) -> tuple[Membership, TenantId]:
    """A membership of a tenant in scope, checked; every membership of the tenant stays as it is meanwhile."""
    tenant_id = await session.scalar(select(Membership.tenant_id).where(Membership.id == membership_id))
    if tenant_id is None:
        raise not_found()
    checked = access.check(tenant_id)
    rows = await session.scalars(
        select(Membership).where(Membership.tenant_id == checked).order_by(Membership.user_id).with_for_update()
    )
    found = next((row for row in rows if row.id == membership_id), None)
    if found is None:
        raise not_found()
    return found, checked


async def _check_not_last_owner(session: AsyncSession, membership: Membership) -> None:
    others = select(Membership.id).where(
        Membership.tenant_id == membership.tenant_id, Membership.role == Role.OWNER, Membership.id != membership.id
    )
    if membership.role == Role.OWNER and await session.scalar(others.limit(1)) is None:
        raise Problem(409, Code.MEMBER_LAST_OWNER)


def _describe(membership: Membership) -> dict[str, Any]:
    return {"role": membership.role, "site_ids": membership.site_ids}


async def change(session: AsyncSession, access: Access, membership_id: UUID, data: MembershipChange) -> Membership:
    """Another role or other sites. Raises Problem 404, 403, 409 `member.last_owner`."""
    membership, tenant_id = await _lock(session, access, membership_id)
    check_grantable(access, tenant_id, Role(membership.role), membership.site_ids)
    check_grantable(access, tenant_id, data.role, data.site_ids)
    if data.role is not Role.OWNER:
        await _check_not_last_owner(session, membership)
    before = _describe(membership)
    membership.role, membership.site_ids = data.role, data.site_ids
    target = ("user", membership.user_id)
    record(session, tenant_id, access.actor, "member.update", target=target, before=before, after=_describe(membership))
    return membership


async def remove(session: AsyncSession, access: Access, membership_id: UUID) -> Membership:
    """Somebody leaves a tenant, and their keys with them. Raises Problem 404, 403, 409 `member.last_owner`."""
    membership, tenant_id = await _lock(session, access, membership_id)
    check_grantable(access, tenant_id, Role(membership.role), membership.site_ids)
    await _check_not_last_owner(session, membership)
    await session.execute(delete(ApiKey).where(ApiKey.tenant_id == tenant_id, ApiKey.user_id == membership.user_id))
    await session.delete(membership)
    user = await session.get_one(User, membership.user_id)
    before = _describe(membership) | {"email": user.email, "name": user.name}
    record(session, tenant_id, access.actor, "member.remove", target=("user", membership.user_id), before=before)
    return membership


async def forget_site(session: AsyncSession, tenant_id: TenantId, site_id: UUID) -> None:
    """A site is gone: memberships limited to it lose it; one that knew only this site then opens nothing."""
    rows = await session.scalars(
        select(Membership).where(Membership.tenant_id == tenant_id, Membership.site_ids.any(site_id))  # type: ignore[arg-type]  # an array's any()
    )
    for membership in rows:
        membership.site_ids = [one for one in membership.site_ids or [] if one != site_id]
